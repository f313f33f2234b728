"""Sums up what CTest and pytest left as JUnit files: the tests that failed, then one line; exit status 1 on any.

A runner that ended badly without saying which test failed (a crash, a collection error) is one failure
more, so that the line never reads better than the run was. A test that failed and passed when it was run once
more by itself is unsteady: named, and forgiven while there are few of them.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

RUNNERS = {"ctest": "ctest-again", "pytest": "pytest-again", "pytest-alone": "pytest-again"}
UNSTEADY_MOST = 4  # files with such tests; more is a fault of the product or of this machine, and nobody should have to guess which
PYTEST_NO_TESTS = "5"  # nothing selected: fine when arguments asked for it
REASON_WIDTH = 200  # of a failure's first line; the whole of it is in the runner's own output


class Result(NamedTuple):
    passed: int
    skipped: int
    failures: dict[str, str]  # of a test: its reason


def name_of(case: ElementTree.Element) -> str:
    return ".".join(filter(None, (case.get("classname"), case.get("name"))))


def file_of(name: str) -> str:
    """What stands before the test's own name: a fixture that fails once fails all tests of its file."""
    return name.partition("[")[0].rpartition(".")[0]


def reason_of(case: ElementTree.Element) -> str | None:
    """The first line of a failed test's reason; None when it did not fail."""
    for child in case:
        if child.tag in ("failure", "error"):
            return (child.get("message") or "").strip().partition("\n")[0][:REASON_WIDTH]
    return None


def is_skipped(case: ElementTree.Element) -> bool:
    return case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")


def cases_of(report: Path) -> list[ElementTree.Element]:
    return list(ElementTree.parse(report).getroot().iter("testcase")) if report.exists() else []


def read(report: Path) -> Result:
    cases = cases_of(report)
    failures = {name_of(case): reason for case in cases if (reason := reason_of(case)) is not None}
    skipped = sum(is_skipped(case) for case in cases)
    # A test that fails and cannot be torn down either stands there twice.
    names = {name_of(case) for case in cases}
    return Result(len(names) - len(failures) - skipped, skipped, failures)


def passed_again(report: Path) -> set[str]:
    cases = cases_of(report)
    failed = {name_of(case) for case in cases if reason_of(case) is not None or is_skipped(case)}
    return {name_of(case) for case in cases} - failed


def result(folder: Path, runner: str) -> Result:
    report = folder / f"{runner}.xml"
    status = folder / f"{runner}.txt.status"
    code = status.read_text().strip() if status.exists() else "0"
    if not report.exists():
        return Result(0, 0, {runner: "left no results"})
    found = read(report)
    if code != "0" and not found.failures and not (runner != "ctest" and code == PYTEST_NO_TESTS):
        found.failures[runner] = f"ended with status {code}"
    return found


def forgive(folder: Path, runner: str, found: Result) -> tuple[Result, dict[str, str]]:
    """What is left of a runner's failures, and what passed when run again."""
    again = passed_again(folder / f"{RUNNERS[runner]}.xml")
    unsteady = {name: reason for name, reason in found.failures.items() if name in again}
    left = {name: reason for name, reason in found.failures.items() if name not in again}
    return Result(found.passed + len(unsteady), found.skipped, left), unsteady


def main() -> int:
    folder = Path(sys.argv[1])
    pairs = [forgive(folder, runner, result(folder, runner)) for runner in RUNNERS]
    failures = {name: reason for found, _ in pairs for name, reason in found.failures.items()}
    unsteady = {name: reason for _, names in pairs for name, reason in names.items()}
    for word, tests in (("FAILED", failures), ("UNSTEADY", unsteady)):
        for name, reason in tests.items():
            print(f"{word} {name}: {reason}".removesuffix(": "))
    files = {file_of(name) for name in unsteady}
    if len(files) > UNSTEADY_MOST:
        print(f"FAILED: tests of {len(files)} files passed only when run again, those of {UNSTEADY_MOST} are forgiven")
        failures |= unsteady
    passed = sum(found.passed for found, _ in pairs)
    skipped = sum(found.skipped for found, _ in pairs)
    print(f"{passed} passed, {len(failures)} failed, {skipped} skipped")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
