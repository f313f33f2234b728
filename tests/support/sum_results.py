"""Sums up what CTest and pytest left as JUnit files: the tests that failed, then one line; exit status 1 on any.

A runner that ended badly without saying which test failed (a crash, a collection error) is one failure
more, so that the line never reads better than the run was.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

RUNNERS = ("ctest", "pytest")
PYTEST_NO_TESTS = "5"  # nothing selected: fine when arguments asked for it
REASON_WIDTH = 200  # of a failure's first line; the whole of it is in the runner's own output


class Result(NamedTuple):
    passed: int
    skipped: int
    failures: list[str]


def failure_of(case: ElementTree.Element) -> str | None:
    """The name of a failed test and the first line of its reason; None when it did not fail."""
    for child in case:
        if child.tag in ("failure", "error"):
            reason = (child.get("message") or "").strip().partition("\n")[0][:REASON_WIDTH]
            where = ".".join(filter(None, (case.get("classname"), case.get("name"))))
            return f"{where}: {reason}" if reason else where
    return None


def is_skipped(case: ElementTree.Element) -> bool:
    return case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")


def read(report: Path) -> Result:
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    failures = [failure for case in cases if (failure := failure_of(case))]
    skipped = sum(is_skipped(case) for case in cases)
    return Result(len(cases) - len(failures) - skipped, skipped, failures)


def result(folder: Path, runner: str) -> Result:
    report = folder / f"{runner}.xml"
    status = folder / f"{runner}.txt.status"
    code = status.read_text().strip() if status.exists() else "0"
    if not report.exists():
        return Result(0, 0, [f"{runner}: left no results"])
    found = read(report)
    if code != "0" and not found.failures and not (runner == "pytest" and code == PYTEST_NO_TESTS):
        found.failures.append(f"{runner}: ended with status {code}")
    return found


def main() -> int:
    folder = Path(sys.argv[1])
    results = [result(folder, runner) for runner in RUNNERS]
    failures = [failure for each in results for failure in each.failures]
    for failure in failures:
        print(f"FAILED {failure}")
    passed, skipped = (sum(column) for column in list(zip(*results))[:2])
    print(f"{passed} passed, {len(failures)} failed, {skipped} skipped")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
