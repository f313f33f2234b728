"""Meters: what a program that was run to its end is said to have cost."""

import sys

import pytest

from bench import meters

MIB = 1 << 20


def python(text):
    return meters.run([sys.executable, "-c", text])


def test_the_peak_is_the_programs_own_and_not_ours():
    ours = bytearray(b"x") * (200 * MIB)
    ran = python("import time; a = b'x' * (60 << 20); time.sleep(0.3); print('done')")
    assert len(ours) == 200 * MIB and ran.out == "done\n"
    assert 60 < ran.peak_mib < 120


def test_cpu_is_that_of_the_program_and_seconds_are_those_of_the_clock():
    ran = python("import time; time.sleep(0.5)")
    assert ran.seconds >= 0.5 and ran.cpu < 0.5


def test_much_output_does_not_hold_a_program_up():
    assert len(python("print('x' * 3_000_000)").out) == 3_000_001


def test_a_program_that_fails_is_no_measurement():
    with pytest.raises(AssertionError, match="ended 3"):
        python("raise SystemExit(3)")
