"""Messages held against schemas/messages: what a test reads from a topic is checked as it really was sent."""

import json
from collections.abc import Mapping
from functools import cache

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from support.paths import SCHEMAS

FOLDER = SCHEMAS / "messages"
PREFIX, SUFFIX = "rollcall.", ".v1"
# Payloads that travel as they came; a schema sees their length.
RAW = "#/$defs/rawBytes"


class Invalid(AssertionError):
    """A message that is not as its schema says, with every place and reason."""


def names() -> list[str]:
    """The short names of all topics that have a schema."""
    return sorted(path.name.removesuffix(".v1.json") for path in FOLDER.glob("*.v1.json"))


def short_name(topic: str) -> str:
    """"rollcall.page.fetched.v1" and "page.fetched" are the same topic."""
    return topic.removeprefix(PREFIX).removesuffix(SUFFIX) if topic.startswith(PREFIX) else topic


@cache
def _documents() -> dict[str, dict]:
    return {path.name: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}


@cache
def registry() -> Registry:
    """All schemas by their $id."""
    return Registry().with_resources(
        (document["$id"], Resource.from_contents(document)) for document in _documents().values()
    )


def schema(topic: str) -> dict:
    """The schema of a topic."""
    return _documents()[f"{short_name(topic)}.v1.json"]


@cache
def _validator(topic: str) -> Draft202012Validator:
    return Draft202012Validator(schema(topic), registry=registry())


def _is_raw(topic: str, headers: Mapping[str, str]) -> bool:
    return topic == "page.fetched" or (topic == "dead.letter" and "rc_origin_topic" in headers)


def _text(value: bytes | str | None) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else value or ""


def _document(topic: str, headers: Mapping[str, str], key, payload: bytes) -> dict:
    raw = _is_raw(topic, headers)
    data = {"bytes": len(payload or b"")} if raw else json.loads(payload)
    return {"headers": dict(headers), "key": _text(key), "data": data}


def complaints(topic: str, document: dict) -> list[str]:
    """What is wrong with {"headers", "key", "data"}: the path and the reason of each fault."""
    errors = _validator(short_name(topic)).iter_errors(document)
    return sorted(f"{error.json_path}: {error.message}" for error in errors)


def validate(topic: str, headers: Mapping[str, str], key: bytes | str | None, payload: bytes) -> dict:
    """Checks one message; raises Invalid, else gives its data."""
    topic = short_name(topic)
    document = _document(topic, headers, key, payload)
    found = complaints(topic, document)
    if headers.get("ce_subject", "") != document["key"]:
        found.append("$.headers.ce_subject: is not the key")
    if found:
        raise Invalid(f"a message of {topic} is not as its schema says:\n  " + "\n  ".join(found))
    return document["data"]


def validate_records(records, opened=lambda record: record.value) -> int:
    """Checks what support.kafka.Kafka.records gave; says how many there were. opened gives a record's payload unsealed."""
    for record in records:
        validate(record.topic, record.headers, record.key, opened(record))
    return len(records)
