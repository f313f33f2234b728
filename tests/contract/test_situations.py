"""The table of situations is one: what the tool shows stands in common/roster/SITUATIONS.md, row by row."""

import pytest
from support.cli import Cli
from support.paths import ROOT

pytestmark = pytest.mark.usefixtures("programs")


def test_the_page_has_the_rows_that_the_tool_shows():
    shown = [f"| {row['situation']} | {row['when']} | {row['then']} |" for row in Cli({}).json("plan", "situations")]
    page = (ROOT / "common/roster/SITUATIONS.md").read_text().splitlines()
    assert [line for line in page if line.startswith("| ")][2:] == shown
