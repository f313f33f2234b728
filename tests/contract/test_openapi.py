"""schemas/openapi: documents that are sound by themselves, and say what the programs' own tables say."""

import re

import pytest
from jsonschema import Draft202012Validator
from support.openapi import OpenApi
from support.paths import ROOT

DIRECTORY = OpenApi("directory")
SERVER = ROOT / "services" / "roster-server"


def references(value):
    if isinstance(value, dict):
        yield from (text for name, text in value.items() if name == "$ref" and isinstance(text, str))
        for child in value.values():
            yield from references(child)
    elif isinstance(value, list):
        for child in value:
            yield from references(child)


def test_every_reference_is_found_and_everything_is_referred_to():
    found = set(references(DIRECTORY.document))
    for reference in found:
        assert DIRECTORY.resolved({"$ref": reference})
    known = {f"#/components/{kind}/{name}" for kind, things in DIRECTORY.document["components"].items() for name in things if kind != "securitySchemes"}
    assert known == found


def test_every_schema_is_one():
    for schema in DIRECTORY.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_has_a_name_a_sentence_and_its_refusals():
    operations = DIRECTORY.operations()
    assert len({operation["operationId"] for operation in operations.values()}) == len(operations)
    for operation in operations.values():
        assert operation["summary"].endswith(".")
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}


def test_every_part_of_a_path_is_a_parameter():
    for path, item in DIRECTORY.document["paths"].items():
        named = [DIRECTORY.resolved(parameter)["name"] for parameter in item.get("parameters", [])]
        assert named == re.findall(r"\{(\w+)\}", path)


def test_the_document_has_the_routes_of_the_server():
    text = (SERVER / "routes.c").read_text("utf-8").replace('DISTRICT "', '"/v1/districts/{district}')
    rows = set(re.findall(r'\{"([A-Z]+)",\s*"(/v1[^"]*)"', text))
    assert rows == set(DIRECTORY.operations())


def test_the_document_has_the_messages_of_webhooks():
    types = set(re.findall(r'"([a-z]+\.[a-z]+)", tell_', (ROOT / "services" / "webhook" / "message.c").read_text("utf-8")))
    assert types == set(DIRECTORY.document["webhooks"])


def test_the_document_has_the_problems_of_the_server():
    names = set(re.findall(r'= \{\d+, "([a-z-]+)",', (SERVER / "problem.c").read_text("utf-8")))
    assert names == {name.removeprefix("urn:rollcall:problem:") for name in DIRECTORY.document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]}


@pytest.mark.parametrize("status, body", [(200, b'{"districts":[{"id":"no id","slug":"a","name":"a"}]}'), (200, b"{}"), (302, b"")])
def test_an_answer_that_is_not_described_would_be_noticed(status, body):
    with pytest.raises(Exception, match="."):
        DIRECTORY.check("GET", "/v1/districts", status, {"Content-Type": "application/json"}, body)
