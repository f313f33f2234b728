"""schemas/redis/KEYS.md against the source: every key that a program makes is documented, and none that is not made."""

import re

from support.paths import ROOT, SCHEMAS

DOCUMENT = (SCHEMAS / "redis" / "KEYS.md").read_text("utf-8")
PLACE = re.compile(r"%[-.*0-9l]*[a-z]|<[a-z ]+>")


def shape(pattern):
    """The key with its variable parts as *."""
    return PLACE.sub("*", pattern)


def documented():
    return {shape(found) for found in re.findall(r"^\| `(rollcall:[^`]+)`", DOCUMENT, re.MULTILINE)}


def made():
    found = set()
    for folder in ("common", "services"):
        for path in (ROOT / folder).rglob("*.c"):
            found.update(re.findall(r'"(rollcall:[a-z]+:[^"\s]*%[^"\s]*)"', path.read_text("utf-8")))
    return {shape(pattern) for pattern in found}


def test_every_key_is_documented_and_every_documented_key_is_made():
    assert made() == documented()


def test_every_documented_key_has_a_type_an_expiry_and_an_owner():
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| `rollcall:")]
    assert rows
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 6 and all(cells), row
