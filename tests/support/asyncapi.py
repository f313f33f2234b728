"""schemas/asyncapi.yaml: who sends and takes which topic, made from topics.csv and the messages' schemas. `python3 -m support.asyncapi` (from
tests/) writes it anew; tests/contract/test_asyncapi.py compares it and holds it against AsyncAPI's own schema."""

import csv
import json

import yaml

from support.paths import SCHEMAS

DOCUMENT = SCHEMAS / "asyncapi.yaml"
README = SCHEMAS / "messages" / "README.md"
BEGIN, END = "<!-- topics: made by tests/support/asyncapi.py -->", "<!-- end of topics -->"
_DRAFT = "application/schema+json;version=draft-2020-12"
_DAY_MS = 86_400_000
_HEAD = """\
# Made from topics.csv and messages/ by tests/support/asyncapi.py; do not edit.
"""
_ABOUT = (
    "What Rollcall's programs say to each other over Kafka. Messages are CloudEvents 1.0 in binary mode; delivery is at least once, and "
    "an event only says where to look: state stands in PostgreSQL. An application reads roster.changed, which carries ids and names of "
    "fields, and fetches values by API."
)
PROGRAMS = {
    "fetcher": "reads the rosters of sources page by page",
    "normalizer": "turns pages into batches of canonical records",
    "reconciler": "stages, checks, mirrors, plans and applies",
    "notifier": "mails the owners",
    "scheduler": "begins runs and sweeps",
    "webhook": "tells applications of changes by signed messages",
    "console": "people, in a browser",
    "cli": "people, in a shell",
}


def topics() -> list[dict[str, str]]:
    """The rows of topics.csv."""
    with open(SCHEMAS / "topics.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def schema_of(name: str) -> dict:
    """The JSON Schema of a topic's messages."""
    return json.loads((SCHEMAS / "messages" / f"{name}.v1.json").read_text("utf-8"))


def camel(name: str) -> str:
    """run.requested → runRequested."""
    first, *rest = name.split(".")
    return first + "".join(word.capitalize() for word in rest)


def document() -> dict:
    """The whole document as plain data."""
    rows = topics()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rollcall", "version": "v1", "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": name, "description": what} for name, what in PROGRAMS.items()],
        },
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "127.0.0.1:9092", "protocol": "kafka", "description": "What kafka.brokers names."}},
        "channels": {camel(row["name"]): _channel(row) for row in rows},
        "operations": {name: operation for row in rows for name, operation in _operations(row)},
        "components": {"messages": {camel(row["name"]): _message(row) for row in rows}},
    }


def _channel(row):
    schema = schema_of(row["name"])
    return {
        "address": f"rollcall.{row['name']}.v1", "title": schema["title"], "description": schema["description"],
        "messages": {camel(row["name"]): {"$ref": f"#/components/messages/{camel(row['name'])}"}},
        "bindings": {"kafka": {"partitions": int(row["partitions"]), "topicConfiguration": {
            "cleanup.policy": ["delete"], "retention.ms": int(row["retention_days"]) * _DAY_MS,
            "max.message.bytes": int(row["max_message_mib"]) << 20}, "bindingVersion": "0.5.0"}},
    }


def _operations(row):
    for action, verb, programs in (("send", "Sends", row["producers"]), ("receive", "Receives", row["consumers"])):
        for program in programs.split():
            operation = {"action": action, "channel": {"$ref": f"#/channels/{camel(row['name'])}"}, "tags": [{"name": program}],
                         "messages": [{"$ref": f"#/channels/{camel(row['name'])}/messages/{camel(row['name'])}"}]}
            if action == "receive":
                operation["bindings"] = {"kafka": {"groupId": {"type": "string", "enum": [f"rollcall-{program}"]}, "bindingVersion": "0.5.0"}}
            name = camel(row["name"])
            yield f"{program}{verb}{name[0].upper()}{name[1:]}", operation


_SEALED = ("The payload is zstd-compressed, then sealed under a data key of the district (XChaCha20-Poly1305; header rc_sealed), bound to the headers ce_id and rc_*; "
           "its schema is of what is inside.")


def _message(row):
    schema, file = schema_of(row["name"]), f"./messages/{row['name']}.v1.json"
    example = schema["examples"][0]
    return {
        "name": f"rollcall.{row['name']}.v1", "title": schema["title"], "summary": schema["description"],
        **({"description": _SEALED, "x-sealed": True} if row["sealed"] == "yes" else {}),
        "contentType": example["headers"]["content-type"],
        "headers": {"schemaFormat": _DRAFT, "schema": {"$ref": f"{file}#/properties/headers"}},
        "payload": {"schemaFormat": _DRAFT, "schema": {"$ref": f"{file}#/properties/data"}},
        "bindings": {"kafka": {"key": {"type": "string", "description": row["key"]}, "bindingVersion": "0.5.0"}},
        "examples": [{"headers": example["headers"], "payload": example["data"]}],
    }


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def text() -> str:
    """The document as it is written."""
    return _HEAD + yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def table() -> str:
    """The topics as rows of Markdown, for messages/README.md."""
    lines = ["| topic | key | partitions | kept | sealed | from | to | what |", "|---|---|---|---|---|---|---|---|"]
    for row in topics():
        lines.append(f"| `{row['name']}` | {row['key']} | {row['partitions']} | {row['retention_days']} days | {row['sealed']} | "
                     f"{row['producers'].replace(' ', ', ')} | {row['consumers'].replace(' ', ', ') or 'applications'} | "
                     f"{schema_of(row['name'])['title']} |")
    return "\n".join(lines)


def readme() -> str:
    """messages/README.md with today's table in it."""
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    return before + BEGIN + "\n" + table() + "\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
    print(f"wrote {DOCUMENT} and {README}")
