"""Manuals say what the code does: made again, they are the same."""

import pytest
from support import manuals
from support.paths import program


@pytest.mark.skipif(not program("rollcall-fetcher").exists(), reason="the programs are not built: run tests/run, or set ROLLCALL_BIN")
def test_the_manual_of_options_is_what_the_programs_say():
    assert manuals.OPTIONS.read_text() == manuals.options(), "make it anew: cd tests && python3 -m support.manuals"


@pytest.mark.skipif(not program("rollcall-scheduler").exists(), reason="the programs are not built: run tests/run, or set ROLLCALL_BIN")
def test_the_manual_of_metrics_is_what_the_programs_say():
    assert manuals.METRICS.read_text() == manuals.metrics(), "make it anew: cd tests && python3 -m support.manuals"


def test_every_metric_that_is_counted_is_documented_and_none_besides():
    assert manuals.counted_metrics() == set(manuals.documented_metrics()), "common/worker/metric_table.c is the table"


def test_every_event_that_is_logged_is_documented_with_its_level():
    assert manuals.documented_events() == {code: level for code, (level, _) in manuals.events().items()}
