"""The profiles of schemas/profiles: true to their schema, taken by the program, and both refuse the same things."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from support.cli import Cli
from support.paths import SCHEMAS, program

FOLDER = SCHEMAS / "profiles"
SCHEMA = json.loads((FOLDER / "profile.schema.json").read_text(encoding="utf-8"))
PROFILES = sorted(path for path in FOLDER.glob("*.json") if path != FOLDER / "profile.schema.json")
DUE = {"classlink", "classlink-proxy", "infinite-campus-1.1", "infinite-campus-1.2", "skyward-sms", "synergy", "generic-1.1", "generic-1.2",
       "skyward-qmlativ", "aeries", "powerschool", "eschoolplus", "ed-fi"}


@pytest.fixture
def cli():
    if not program("rollcall").exists():
        pytest.skip(f"{program('rollcall')} is not built: run tests/run, or set ROLLCALL_BIN")
    return Cli({})


def test_the_schema_is_valid_2020_12_and_says_what_each_member_is_for():
    Draft202012Validator.check_schema(SCHEMA)
    assert {path.stem for path in PROFILES} == DUE


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_profile_is_as_its_schema_says_and_the_program_takes_it(path, cli):
    made = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(made)
    assert made["profile"] == path.stem
    checked = cli.json("profile", "check", path)
    assert checked["profile"] == path.stem
    shown = cli.json("profile", "show", path.stem)
    assert [row["field"] for row in shown["form"]] == [field["field"] for field in made["form"]]
    assert all(row["where"] and row["label"] for row in shown["form"])


def changed(how):
    made = copy.deepcopy(json.loads((FOLDER / "classlink-proxy.json").read_text(encoding="utf-8")))
    how(made)
    return made


BROKEN = {
    "no-form": lambda p: p.pop("form"),
    "unknown-member": lambda p: p.update(colour="red"),
    "unknown-auth": lambda p: p.update(auth=["saml"]),
    "auth-no-list": lambda p: p.update(auth="bearer"),
    "version-1.0": lambda p: p.update(versions=["1.0"]),
    "page-size-0": lambda p: p.update(page_size=0),
    "page-size-text": lambda p: p.update(page_size="100"),
    "busy-hours": lambda p: p.update(busy_hours="7-17"),
    "busy-hours-25": lambda p: p.update(busy_hours="25:00-26:00"),
    "id-in-capitals": lambda p: p.update(profile="ClassLink"),
    "id-too-long": lambda p: p.update(profile="a" * 41),
    "empty-name": lambda p: p.update(name=""),
    "line-break": lambda p: p.update(name="a\nb"),
    "blank-end": lambda p: p.update(name="a "),
    "field-without-where": lambda p: p["form"][0].pop("where"),
    "unknown-quirk": lambda p: p["quirks"].update(magic=True),
    "unknown-filter": lambda p: p["quirks"].update(filters=["name"]),
    "unknown-parent-rule": lambda p: p["primary_parent"].update(rule="eldest"),
    "trust-as-text": lambda p: p["trusts"].update(dates="yes"),
    "url-without-scheme": lambda p: p.update(url="proxy.example"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_schema_and_the_program_refuse_the_same(name, cli, tmp_path):
    made = changed(BROKEN[name])
    assert not Draft202012Validator(SCHEMA).is_valid(made)
    (tmp_path / "broken.json").write_text(json.dumps(made), encoding="utf-8")
    refused = cli.run("profile", "check", tmp_path / "broken.json", "-o", "json").ok(1)
    assert len(refused.json) >= 1


def test_an_operator_adds_a_profile_without_building_and_may_hide_an_installed_one(cli, tmp_path):
    own = changed(lambda p: p.update(profile="maple-sis", name="Maple SIS"))
    (tmp_path / "maple-sis.json").write_text(json.dumps(own), encoding="utf-8")
    hiding = changed(lambda p: p.update(profile="aeries", name="Aeries, our way"))
    (tmp_path / "aeries.json").write_text(json.dumps(hiding), encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    env = {"ROLLCALL_PROFILES_DIR": str(tmp_path)}
    listed = cli.run("profile", "list", "-o", "json", **env).ok()
    rows = {row["profile"]: row for row in listed.json}
    assert set(rows) == DUE | {"maple-sis"}
    assert (rows["aeries"]["name"], rows["aeries"]["own"], rows["synergy"]["own"]) == ("Aeries, our way", True, False)
    assert "broken.json" in listed.err and "generic-1.1" in listed.err and "oneroster-csv" in listed.err
    assert "did you mean" in cli.run("profile", "show", "classlinc", **env).ok(3).err
    (tmp_path / "synergy.json").write_text(json.dumps(own), encoding="utf-8")
    assert "Call the file as its profile" in cli.run("profile", "show", "synergy", **env).ok(78).err
