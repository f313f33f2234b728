"""The owners' mails in a browser: as wide as the screen, nothing asked of the network, nothing that axe finds wrong, at phone and desktop
width, light and dark. Skipped where there is no chromium or its parts are not installed (`npm ci` in tests/support/browser)."""

import json
import re
import shutil
import subprocess

import pytest
from support.paths import ROOT

MAILS = sorted((ROOT / "tests/data/letter").glob("*.html"))
BROWSER = ROOT / "tests/support/browser"


def test_mails_are_well_made_at_every_width_and_colour():
    chromium, node = shutil.which("chromium"), shutil.which("node")
    if not (chromium and node and (BROWSER / "node_modules").is_dir()):
        pytest.skip("no chromium, no node, or no `npm ci` in tests/support/browser")
    done = subprocess.run([node, "look.mjs", chromium, *map(str, MAILS)], cwd=BROWSER, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_has_what_screen_readers_go_by(path):
    html = path.read_text("utf-8")
    assert '<html lang="en">' in html and 'role="main"' in html
    assert len(re.findall(r"<h1\b", html)) == 1
    assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", html))
    assert not re.search(r"<th\b[^>]*>(&nbsp;|\s)*</th>", html)
    layout = re.findall(r"<table\b[^>]*>", html)
    assert all('role="presentation"' in table or "<th" in html for table in layout)


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_is_small_and_asks_for_nothing(path):
    html = path.read_text("utf-8")
    assert len(html.encode()) + len(path.with_suffix(".txt").read_bytes()) < 100_000
    assert not re.search(r"<(img|script|link|iframe|form)\b|url\(|@import", html)
