"""The alert rules: each is tried by promtool where it must sound and where it must not, names metrics that exist, and has a page to act by."""

import re
import shutil
import subprocess

import pytest
import yaml
from support import manuals
from support.paths import ROOT

OBSERVE, RUNBOOKS = ROOT / "deploy" / "observe", ROOT / "deploy" / "runbooks"
RULES = [rule for group in yaml.safe_load((OBSERVE / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]
NAMES = [rule["alert"] for rule in RULES]
FROM_OUTSIDE = {"up"}
FUNCTIONS = {"max", "min", "sum", "time", "increase", "absent", "rate", "delta", "by", "and"}


def test_every_alert_sounds_when_it_must_and_only_then():
    if not shutil.which("promtool"):
        pytest.skip("no promtool: apt-get install prometheus")
    for words in (["check", "rules", "alerts.yaml"], ["test", "rules", "alerts.test.yaml"]):
        done = subprocess.run(["promtool", *words], cwd=OBSERVE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried_both_ways():
    tried = [(case["alert_rule_test"][0]["alertname"], bool(case["alert_rule_test"][0]["exp_alerts"]))
             for case in yaml.safe_load((OBSERVE / "alerts.test.yaml").read_text())["tests"]]
    assert sorted(tried) == sorted((name, sounds) for name in NAMES for sounds in (True, False))


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_an_alert_names_metrics_that_exist(rule):
    labels = set(re.findall(r"(\w+)(?:=|!=|=~)\"", rule["expr"])) | {word for part in re.findall(r"by \((.*?)\)", rule["expr"]) for word in part.split(", ")}
    words = set(re.findall(r"\b[a-z_]{2,}\b", re.sub(r'".*?"', "", rule["expr"]))) - labels - FUNCTIONS - FROM_OUTSIDE
    assert words or "up{" in rule["expr"], rule
    for word in words:
        assert word in manuals.documented_metrics(), word


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_has_a_page_to_act_by(name):
    page = (RUNBOOKS / f"{name}.md").read_text()
    assert page.startswith(f"# {name}\n") and "**Look**" in page and "**Do.**" in page
    assert RULES[NAMES.index(name)]["annotations"]["runbook"] == f"deploy/runbooks/{name}.md"
    assert f"({name}.md)" in (RUNBOOKS / "README.md").read_text()


def test_no_page_is_without_its_alert():
    assert {path.stem for path in RUNBOOKS.glob("Rollcall*.md")} == set(NAMES)
