"""The closing lines of tests/run, from reports as CTest and pytest leave them."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("sum_results.py")


def folder_of(name):
    """Tests of one letter are of one file, t; f3 is of file f3."""
    return "t" if name[0] not in "f" or name == "fine" else name


def report(folder, runner, failed=(), passed=(), skipped=(), status=None):
    cases = [f'<testcase classname="{folder_of(name)}" name="{name}"><failure message="why&#10;more"/></testcase>' for name in failed]
    cases += [f'<testcase classname="{folder_of(name)}" name="{name}"/>' for name in passed]
    cases += [f'<testcase classname="t" name="{name}"><skipped/></testcase>' for name in skipped]
    (folder / f"{runner}.xml").write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    if status:
        (folder / f"{runner}.txt.status").write_text(f"{status}\n")


def whole(folder, **others):
    """Reports of all runners; those not named have one test that passed."""
    for runner in ("ctest", "pytest", "pytest-alone"):
        report(folder, runner, **others.pop(runner.replace("-", "_"), {"passed": ["fine"]}))


def closing(folder):
    done = subprocess.run([sys.executable, PROGRAM, folder], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_all_that_passed_is_counted(tmp_path):
    whole(tmp_path, pytest={"passed": ["a", "b"], "skipped": ["c"]})
    assert closing(tmp_path) == (0, ["4 passed, 0 failed, 1 skipped"])


def test_a_failure_is_named_with_the_first_line_of_its_reason(tmp_path):
    whole(tmp_path, pytest={"failed": ["a"], "status": 1})
    assert closing(tmp_path) == (1, ["FAILED t.a: why", "2 passed, 1 failed, 0 skipped"])


def test_a_failure_that_passes_by_itself_is_unsteady_and_said(tmp_path):
    whole(tmp_path, pytest={"failed": ["a", "b"], "status": 1})
    report(tmp_path, "pytest-again", passed=["a"], failed=["b"], status=1)
    assert closing(tmp_path) == (1, ["FAILED t.b: why", "UNSTEADY t.a: why", "3 passed, 1 failed, 0 skipped"])
    report(tmp_path, "pytest-again", passed=["a", "b"])
    assert closing(tmp_path)[0] == 0


def test_unsteady_tests_of_many_files_are_a_failure(tmp_path):
    names = ["f1", "f2", "f3", "f4", "f5"]
    whole(tmp_path, ctest={"failed": names, "status": 8})
    report(tmp_path, "ctest-again", passed=names)
    code, lines = closing(tmp_path)
    assert code == 1
    assert lines[-2] == "FAILED: tests of 5 files passed only when run again, those of 4 are forgiven"
    assert lines[-1].endswith("5 failed, 0 skipped")


def test_many_unsteady_tests_of_one_file_are_one_fault(tmp_path):
    names = ["a", "b", "c", "d", "e", "g[x.y]"]
    whole(tmp_path, pytest={"failed": names, "status": 1})
    report(tmp_path, "pytest-again", passed=names)
    assert closing(tmp_path)[0] == 0


def test_a_runner_that_broke_is_a_failure(tmp_path):
    whole(tmp_path, ctest={"passed": ["a"], "status": 8})
    (tmp_path / "pytest.xml").unlink()
    code, lines = closing(tmp_path)
    assert code == 1
    assert lines[:2] == ["FAILED ctest: ended with status 8", "FAILED pytest: left no results"]


def test_no_test_selected_is_none_that_failed(tmp_path):
    whole(tmp_path, pytest_alone={"status": 5})
    assert closing(tmp_path) == (0, ["2 passed, 0 failed, 0 skipped"])
