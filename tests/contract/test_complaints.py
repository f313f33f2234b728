"""Every complaint about systems like this one has its scenario, or the test elsewhere that shows how Rollcall does otherwise."""

import yaml
from support.paths import ROOT

FOLDER = ROOT / "tests/scenarios"
COMPLAINTS = yaml.safe_load((FOLDER / "complaints.yaml").read_text())
PAGES = {path.stem: yaml.safe_load(path.read_text()) for path in FOLDER.glob("*.yaml") if path.stem not in ("cast", "complaints")}
SCENARIOS = [scenario for page in PAGES.values() for scenario in page["scenarios"]]


def cited():
    return {number for scenario in SCENARIOS for number in scenario.get("complaints", ())}


def test_the_list_is_whole_and_says_what_each_is_about():
    assert set(COMPLAINTS) == {*range(1, 47), "moodle-1", "moodle-2", "rollcall-1"}
    assert all(entry["about"] for entry in COMPLAINTS.values())


def test_every_complaint_has_a_scenario_or_a_test_elsewhere():
    elsewhere = {number: entry["elsewhere"] for number, entry in COMPLAINTS.items() if "elsewhere" in entry}
    assert not [path for path in elsewhere.values() if not (ROOT / path).exists()]
    assert set(COMPLAINTS) == cited() | set(elsewhere)


def test_titles_are_sentences_that_stand_once():
    titles = [scenario["title"] for scenario in SCENARIOS]
    assert len(set(titles)) == len(titles) >= 60
    assert all(title[0].isupper() and len(title) <= 120 for title in titles)
    assert all(page["about"].endswith(".") for page in PAGES.values())
