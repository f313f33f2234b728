"""The schemas of schemas/messages: valid themselves, one per topic, true to their examples and to the golden batches."""

import copy
import csv
import json
import re

import pytest
from jsonschema import Draft202012Validator

from support import messages
from support.paths import ROOT, SCHEMAS

GOLDEN = sorted((ROOT / "tests" / "data" / "normalizer").glob("*.batch.json"))


def topics():
    with open(SCHEMAS / "topics.csv", newline="", encoding="utf-8") as file:
        return sorted(row["name"] for row in csv.DictReader(file))


def test_every_topic_has_a_schema_and_every_schema_a_topic():
    assert messages.names() == topics()


def test_the_programs_seal_the_topics_that_are_declared_sealed():
    with open(SCHEMAS / "topics.csv", newline="", encoding="utf-8") as file:
        declared = {row["name"]: row for row in csv.DictReader(file)}
    source = (ROOT / "common" / "worker" / "sealing.c").read_text()
    sealed = re.findall(r'"([a-z.]+)"', re.search(r"sealed_topics\[\] = {([^}]*)}", source)[1])
    assert sorted(sealed) == sorted(name for name, row in declared.items() if row["sealed"] == "yes")
    # What is sealed cannot be compressed any more; a letter is sealed as its original was.
    assert all((row["compression"] == "uncompressed") == (row["sealed"] != "no") for row in declared.values())
    assert declared["dead.letter"]["sealed"] == "as it came"
    for name in sealed:
        assert messages.schema(name)["properties"]["headers"]["properties"]["rc_sealed"] == {"$ref": "shared.json#/$defs/sealed"}


@pytest.mark.parametrize("path", sorted(messages.FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_valid_2020_12_and_says_what_it_is_for(path):
    document = json.loads(path.read_text("utf-8"))
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"].endswith(f"/messages/{path.name}")
    assert document["title"]
    Draft202012Validator.check_schema(document)


@pytest.mark.parametrize("topic", topics())
def test_the_examples_are_messages_of_their_topic(topic):
    examples = messages.schema(topic)["examples"]
    assert examples
    for example in examples:
        assert messages.complaints(topic, example) == []
        assert example["headers"].get("ce_subject", "") == example["key"]
        assert example["headers"]["ce_type"] == f"rollcall.{topic}.v1"


@pytest.mark.parametrize("topic", topics())
@pytest.mark.parametrize("header", ["ce_id", "ce_source", "ce_type", "ce_time", "ce_specversion", "content-type"])
def test_no_message_goes_without_the_headers_of_all(topic, header):
    example = copy.deepcopy(messages.schema(topic)["examples"][0])
    del example["headers"][header]
    assert any(header in complaint for complaint in messages.complaints(topic, example))


@pytest.mark.parametrize("topic", topics())
def test_what_no_schema_names_is_told_of(topic):
    example = copy.deepcopy(messages.schema(topic)["examples"][0])
    example["headers"]["rc_surprise"] = "1"
    example["data"]["surprise"] = 1
    found = "\n".join(messages.complaints(topic, example))
    assert "rc_surprise" in found and "'surprise'" in found


@pytest.mark.parametrize("topic", [name for name in topics() if name not in ("dead.letter", "page.fetched")])
def test_a_message_of_another_topic_does_not_pass(topic):
    other = "alert.raised" if topic != "alert.raised" else "run.finished"
    assert messages.complaints(topic, messages.schema(other)["examples"][0])


def batch_headers(data):
    """The headers that a batch with these facts has."""
    headers = dict(messages.schema("batch.normalized")["examples"][0]["headers"])
    batch = data["batch"]
    return headers | {"rc_collection": batch["collection"], "rc_page": batch["page"], "ce_subject": batch["page"]}


def test_there_are_golden_batches_of_all_collections():
    assert {path.name.split("-")[0] for path in GOLDEN} == {
        "orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics", "resources"
    }


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_batch_is_as_its_schema_says(path):
    payload = path.read_bytes()
    data = json.loads(payload)
    messages.validate("rollcall.batch.normalized.v1", batch_headers(data), data["batch"]["page"], payload)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_names_of_a_canonical_body_stand_in_byte_order(path):
    def walk(value):
        if isinstance(value, dict):
            assert list(value) == sorted(value)
        for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(child)

    for record in json.loads(path.read_bytes())["records"]:
        walk(record["body"])


def test_a_body_of_another_collection_does_not_pass():
    data = json.loads((GOLDEN[0].parent / "orgs-plain.batch.json").read_bytes())
    data["batch"]["collection"] = "users"
    with pytest.raises(messages.Invalid, match="familyName"):
        messages.validate("batch.normalized", batch_headers(data), data["batch"]["page"], json.dumps(data).encode())


def test_a_key_that_is_not_the_subject_is_told_of():
    example = messages.schema("run.finished")["examples"][0]
    with pytest.raises(messages.Invalid, match="is not the key"):
        messages.validate("run.finished", example["headers"] | {"ce_subject": "other"}, example["key"],
                          json.dumps(example["data"]).encode())
