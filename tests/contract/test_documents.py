"""What the README says of codes and commands is what the programs say."""

import re
import subprocess

import pytest

from support.paths import ROOT, program

README = (ROOT / "README.md").read_text("utf-8")
needs_programs = pytest.mark.skipif(not program("rollcall").exists(), reason="the programs are not built: run tests/run, or set ROLLCALL_BIN")


def codes_in_c(path, enum):
    body = re.search(rf"enum {enum} \{{(.*?)\}};", (ROOT / path).read_text("utf-8"), re.S)[1]
    return sorted(int(code) for code in re.findall(r"= (\d+)", body))


def test_the_readme_names_every_exit_code_of_the_tool():
    table = README[README.index("| code | means |"):]
    table = table[:table.index("\n\n")]
    assert sorted(int(code) for code in re.findall(r"\| (\d+) \|", table)) == codes_in_c("services/cli/cli.h", "cli_exit")


def test_the_readme_names_every_exit_code_of_the_workers():
    sentence = re.search(r"^Workers exit [^\n]*", README, re.M)[0]
    assert sorted(int(code) for code in re.findall(r"\b(\d+)\b", sentence)) == codes_in_c("include/rollcall/worker/process.h", "rc_exit")


@needs_programs
def test_help_names_the_exit_codes_that_there_are():
    said = subprocess.run([program("rollcall"), "--help"], capture_output=True, text=True, check=True).stdout.split("exit codes:")[1]
    assert [int(code) for code in re.findall(r"\b(\d+) [a-z]", said)] == codes_in_c("services/cli/cli.h", "cli_exit")


@needs_programs
@pytest.mark.parametrize("path", ["README.md", *sorted(str(path.relative_to(ROOT)) for folder in ("deploy", "services", "common", "schemas")
                                                       for path in (ROOT / folder).rglob("*.md"))])
def test_every_command_that_a_page_names_is_one(path):
    text = (ROOT / path).read_text("utf-8")
    for noun, verb in set(re.findall(r"(?:^|`|\$ )(?:deploy/local/)?rollcall ([a-z][a-z-]*) ([a-z][a-z-]*)\b", text, re.M)):
        done = subprocess.run([program("rollcall"), noun, verb, "--help"], capture_output=True, text=True, check=False)
        assert f"usage: rollcall {noun} {verb}" in done.stdout, f"{path}: rollcall {noun} {verb}"


@pytest.mark.parametrize("path", ["README.md", *sorted(str(path.relative_to(ROOT)) for folder in ("deploy", "services", "common", "schemas", "tests")
                                                       for path in (ROOT / folder).rglob("*.md"))])
def test_every_place_that_a_page_points_to_is_there(path):
    page = ROOT / path
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{path}: {target}"
