"""Manual pages and completion, as made by the programs: pages without a complaint from mandoc, completion that three shells understand."""

import os
import re
import shutil
import subprocess

import pytest

from support.manuals import WORKERS
from support.paths import ROOT, program

pytestmark = pytest.mark.skipif(not program("rollcall").exists(), reason="the programs are not built: run tests/run, or set ROLLCALL_BIN")
MANUALS = program("rollcall").parent.parent / "manuals"
PAGES = ["rollcall.1", *(f"rollcall-{name}.8" for name in WORKERS)]
SHELLS = ("bash", "zsh", "fish")
# Stands in the place of the program while completion is tried: districts need no database then.
FAKE = "#!/bin/sh\n[ \"$*\" = 'district list' ] && printf 'slug\\tname\\nmaple-county\\tMaple\\nbirch-county\\tBirch\\n'\n"


def said(*words):
    return subprocess.run([program("rollcall"), *words], capture_output=True, text=True, check=True).stdout


def needs(tool):
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed: tests/run installs it")


@needs("mandoc")
@pytest.mark.parametrize("page", PAGES)
def test_mandoc_finds_nothing_to_say_about_a_page(page):
    found = subprocess.run(["mandoc", "-T", "lint", MANUALS / page], capture_output=True, text=True, check=False).stdout
    # The pages name each other, and are not installed here.
    assert [line for line in found.splitlines() if "referenced manual not found: Xr rollcall" not in line] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_what_its_program_says_today(page):
    text = (MANUALS / page).read_text()
    name = page.split(".")[0]
    words = ["--man"] if name == "rollcall" else ["--options-mdoc"]
    assert subprocess.run([program(name), *words], capture_output=True, text=True, check=True).stdout.strip() in text
    assert "@" not in re.sub(r"\S+@\S+|user\[:password\]@host|\[user:password@\]host", "", text)


@needs("mandoc")
@pytest.mark.parametrize("name", WORKERS)
def test_a_page_of_a_worker_names_every_exit_code_and_argument(name):
    page = subprocess.run(["mandoc", "-T", "ascii", MANUALS / f"rollcall-{name}.8"], capture_output=True, text=True, check=True).stdout
    page = re.sub(r".\x08", "", page)
    header = (ROOT / "include/rollcall/worker/process.h").read_text()
    codes = re.findall(r"RC_EXIT_\w+ = (\d+)", header)
    status = page[page.index("EXIT STATUS"):page.index("SEE ALSO")]
    assert re.findall(r"^     (\d+) ", status, re.M) == codes
    arguments = re.findall(r'"(--[a-z-]+)"', (ROOT / "common/worker/arguments.c").read_text())
    assert arguments
    for argument in arguments:
        assert argument in page, argument


@needs("mandoc")
def test_the_page_of_the_tool_names_every_command_option_and_exit_code():
    page = subprocess.run(["mandoc", "-T", "ascii", MANUALS / "rollcall.1"], capture_output=True, text=True, check=True).stdout
    page = re.sub(r".\x08", "", page)
    for noun, verb in commands():
        assert re.search(rf"^ +{noun} {verb}\b", page, re.M), (noun, verb)
        for option in re.findall(r"^  (?:-\w,|   ) --([a-z-]+)", said(noun, verb, "--help"), re.M):
            assert f"--{option}" in page
    for code in re.findall(r"\b(\d+) [a-z]", said("--help").split("exit codes:")[1]):
        assert re.search(rf"^     {code} ", page, re.M), code


def commands():
    """Every noun and verb, as --help lists them."""
    listed = re.findall(r"^  ([a-z-]+) ([a-z-]+)", said("--help").split("first steps:")[1].split("\n\n", 1)[1], re.M)
    assert len(listed) > 40
    return listed


def script(shell, tmp_path):
    path = tmp_path / f"completion.{shell}"
    path.write_text(said("completion", shell))
    (tmp_path / "bin").mkdir(exist_ok=True)
    fake = tmp_path / "bin" / "rollcall"
    fake.write_text(FAKE)
    fake.chmod(0o755)
    return path, {**os.environ, "PATH": f"{fake.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}


@pytest.mark.parametrize("shell", [pytest.param(shell, marks=needs(shell)) for shell in SHELLS])
def test_a_shell_can_read_its_script(shell, tmp_path):
    path, environment = script(shell, tmp_path)
    subprocess.run([shell, "-n", path], check=True, env=environment)


def by_bash(tmp_path, *words):
    path, environment = script("bash", tmp_path)
    asked = f'source "{path}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rollcall; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", asked, "bash", "rollcall", *words], capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    return sorted(done.stdout.split("\n"))[1:]


def by_fish(tmp_path, *words):
    path, environment = script("fish", tmp_path)
    line = " ".join(["rollcall", *words])
    done = subprocess.run(["fish", "--no-config", "-c", f"source {path}; complete -C '{line}'"], capture_output=True, text=True,
                          check=True, env=environment)
    assert done.stderr == ""
    return sorted(line.split("\t")[0] for line in done.stdout.splitlines())


def by_zsh(tmp_path, *words):
    """Runs the function with stand-ins for zsh's own, which print what they are given."""
    path, environment = script("zsh", tmp_path)
    asked = f"""
        compdef() {{ :; }}
        compadd() {{ if [[ $1 = -a ]]; then print -l -- ${{(P)2}}; else print -l -- "$@"; fi; }}
        _describe() {{ [[ $1 = -o ]] && shift; print -l -- ${{${{(P)2}}%%:*}}; }}
        _files() {{ :; }}
        _message() {{ :; }}
        source {path}
        words=(rollcall "$@"); CURRENT=$#words
        _rollcall
    """
    done = subprocess.run(["zsh", "-f", "-c", asked, "zsh", *words], capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    last = words[-1]
    return sorted(line for line in done.stdout.splitlines() if line.startswith(last))


BY = [pytest.param(by, marks=needs(by.__name__[3:]), id=by.__name__[3:]) for by in (by_bash, by_zsh, by_fish)]


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("words, expected", [
    (["distr"], ["district"]),
    (["plan", "ap"], ["approve"]),
    (["run", "list", "--district", "ma"], ["maple-county"]),
    (["district", "show", ""], ["birch-county", "maple-county"]),
    (["run", "list", "--output", ""], ["json", "table"]),
    (["--output", "json", "district", "cr"], ["create"]),
    (["plan", "show", "--hel"], ["--held", "--help"]),
])
def test_what_was_begun_is_completed(by, words, expected, tmp_path):
    assert by(tmp_path, *words) == expected


@pytest.mark.parametrize("by", BY)
def test_every_noun_is_offered(by, tmp_path):
    assert {noun for noun, _ in commands()} <= set(by(tmp_path, ""))


@needs("bash")
def test_a_choice_with_a_blank_stays_one_word(tmp_path):
    assert by_bash(tmp_path, "member", "add", "--role", "district") == ["district\\ manager"]
