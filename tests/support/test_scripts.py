"""The scripts that start the local system: readable by any POSIX shell, and clean by shellcheck."""

import re
import shutil
import subprocess

import pytest

from support.paths import ROOT

LOCAL = ROOT / "deploy" / "local"
SCRIPTS = sorted(
    path
    for path in [*LOCAL.iterdir(), *(LOCAL / "lib").glob("*.sh"), ROOT / "tests" / "run", ROOT / ".ci" / "run"]
    if path.is_file() and (path.suffix == ".sh" or path.read_bytes().startswith(b"#!/bin/sh"))
)
PACKAGES = (LOCAL / "packages.txt").read_text()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_plain_posix_shell(script):
    subprocess.run(["sh", "-n", script], check=True)


def test_shellcheck_has_nothing_to_say():
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    subprocess.run(["shellcheck", "-x", *SCRIPTS], check=True, cwd=ROOT)


def test_every_line_of_the_package_list_is_a_group_and_a_package():
    lines = [line for line in PACKAGES.splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"(build|broker|services|tests) [a-z0-9.+-]+", line) for line in lines)
    names = [line.split()[1] for line in lines]
    assert len(names) == len(set(names))


def test_no_script_ends_processes_by_name():
    for script in SCRIPTS:
        assert not re.search(r"\b(pkill|killall)\b", script.read_text()), script.name


def test_every_program_on_a_port_of_ours_can_be_told_apart_by_its_variable():
    common = (LOCAL / "lib" / "common.sh").read_text()
    table = re.search(r"PORT_TABLE='([^']*)'", common)[1].split("\n")
    ports = [line.split()[1] for line in table]
    assert len(set(ports)) == len(ports)
