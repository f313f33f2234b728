"""The owners' mails in a browser: as wide as the screen, nothing asked of the network, nothing that axe finds wrong, at phone and desktop
width, light and dark."""

import re

import pytest
from support import browser
from support.paths import ROOT

MAILS = sorted((ROOT / "tests/data/letter").glob("*.html"))


def test_mails_are_well_made_at_every_width_and_colour():
    assert len(MAILS) > 3
    assert browser.faults(MAILS) == []


def test_a_fault_would_be_found(tmp_path):
    wide = tmp_path / "wide.html"
    wide.write_text('<html lang="en"><title>x</title><body><img src="https://sis.example/x.png" width="2000"></body></html>', "utf-8")
    found = "\n".join(browser.faults([wide]))
    assert "px wide" in found and "asks for" in found and "image-alt" in found


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
