"""schemas/openapi: the description of an HTTP API, and whether an answer keeps to it."""

import json
import re

import yaml
from jsonschema import Draft202012Validator

from support.paths import SCHEMAS


class OpenApi:
    """`OpenApi("directory").check("GET", "/v1/districts?x=1", 200, headers, body)`."""

    def __init__(self, name: str):
        self.document = yaml.safe_load((SCHEMAS / "openapi" / f"{name}.yaml").read_text("utf-8"))
        self.seen: set[tuple[str, str, int]] = set()

    def operations(self) -> dict[tuple[str, str], dict]:
        """(method, path) to the operation."""
        return {(method.upper(), path): operation for path, item in self.document["paths"].items()
                for method, operation in item.items() if method != "parameters"}

    def resolved(self, node: dict) -> dict:
        while "$ref" in node:
            place = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                place = place[step]
            node = place
        return node

    def validator(self, schema: dict) -> Draft202012Validator:
        return Draft202012Validator({**schema, "components": self.document["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER)

    def find(self, method: str, target: str) -> tuple[str, dict] | None:
        path = target.split("?")[0]
        for (known, template), operation in self.operations().items():
            if known == method and re.fullmatch(re.sub(r"\{\w+\}", "[0-9a-fA-F-]{36}", template), path):
                return template, operation
        return None

    def check_webhook(self, headers, body: bytes) -> None:
        """AssertionError where a message is not one that the document describes."""
        message = json.loads(body)
        operation = self.document["webhooks"][message["type"]]["post"]
        for parameter in map(self.resolved, operation["parameters"]):
            self.validator(parameter["schema"]).validate(headers.get(parameter["name"]))
        self.validator(operation["requestBody"]["content"][headers["Content-Type"]]["schema"]).validate(message)

    def check(self, method: str, target: str, status: int, headers, body: bytes) -> None:
        """AssertionError where the answer is not one that the document describes. A path that it does not have is only ever refused."""
        found = self.find("GET" if method == "HEAD" else method, target)
        template, operation = found or ("none", {"responses": {"default": {"$ref": "#/components/responses/Problem"}}})
        responses = operation["responses"]
        assert str(status) in responses or status >= 400, f"{method} {template}: {status} is not described"
        response = self.resolved(responses.get(str(status), responses["default"]))
        self.seen.add((method, template, status))
        for name, header in response.get("headers", {}).items():
            self.validator(self.resolved(header)["schema"]).validate(headers.get(name))
        content = response.get("content", {})
        if not content or method == "HEAD":
            assert not body, f"{method} {template}: {status} has a body"
            return
        assert headers.get("Content-Type") in content, f"{method} {template}: {headers.get('Content-Type')}"
        self.validator(content[headers["Content-Type"]]["schema"]).validate(json.loads(body))
