"""The AsyncAPI document: what topics.csv and the schemas say, valid, its references found, its programs those that there are."""

import json

import pytest
import yaml
from jsonschema import Draft7Validator

from support import asyncapi
from support.paths import ROOT, SCHEMAS

DOCUMENT = yaml.safe_load(asyncapi.DOCUMENT.read_text("utf-8"))
STANDARD = json.loads((ROOT / "tests" / "data" / "asyncapi" / "3.0.0.json").read_text("utf-8"))


def complaints(document):
    return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in Draft7Validator(STANDARD).iter_errors(document)]


def test_the_document_is_what_topics_and_schemas_say():
    assert asyncapi.DOCUMENT.read_text("utf-8") == asyncapi.text(), "make it anew: cd tests && python3 -m support.asyncapi"


def test_the_document_is_asyncapi_3():
    assert complaints(DOCUMENT) == []


@pytest.mark.parametrize("spoil", [
    lambda document: document.update(tags=[]),      # they belong under info
    lambda document: document["channels"]["runRequested"].update(adress="x"),
    lambda document: document["operations"]["fetcherReceivesRunRequested"].update(action="take"),
    lambda document: document["components"]["messages"]["runRequested"].update(key="x"),
])
def test_a_misplaced_word_would_be_noticed(spoil):
    document = asyncapi.document()
    spoil(document)
    assert complaints(document)


def references(value):
    if isinstance(value, dict):
        yield from (text for name, text in value.items() if name == "$ref" and isinstance(text, str))
        for child in value.values():
            yield from references(child)
    elif isinstance(value, list):
        for child in value:
            yield from references(child)


def test_every_reference_is_found():
    found = set(references(DOCUMENT))
    assert len(found) > 20
    for reference in found:
        file, _, pointer = reference.partition("#/")
        place = json.loads((SCHEMAS / file).read_text("utf-8")) if file else DOCUMENT
        for step in pointer.split("/"):
            place = place[step]


def test_every_topic_has_a_channel_and_every_program_its_operations():
    rows = asyncapi.topics()
    assert [channel["address"] for channel in DOCUMENT["channels"].values()] == [f"rollcall.{row['name']}.v1" for row in rows]
    programs = {program for row in rows for program in (row["producers"] + " " + row["consumers"]).split()}
    assert programs <= set(asyncapi.PROGRAMS)
    assert len(DOCUMENT["operations"]) == sum(len((row["producers"] + " " + row["consumers"]).split()) for row in rows)


def test_every_topic_is_described_where_messages_are():
    assert asyncapi.README.read_text("utf-8") == asyncapi.readme(), "make it anew: cd tests && python3 -m support.asyncapi"
    assert all(f"| `{row['name']}` |" in asyncapi.README.read_text("utf-8") for row in asyncapi.topics())
