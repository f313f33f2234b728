"""Sums up what CTest and pytest left as JUnit files: one line, and exit status 1 when anything failed.

A runner that ended badly without saying which test failed (a crash, a collection error) is one failure
more, so that the line never reads better than the run was.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

RUNNERS = ("ctest", "pytest")
PYTEST_NO_TESTS = "5"  # nothing selected: fine when arguments asked for it


def counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed, skipped."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed += 1
        elif "skipped" in kinds or case.get("status") in ("notrun", "disabled"):
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def result(folder: Path, runner: str) -> tuple[int, int, int]:
    report = folder / f"{runner}.xml"
    status = folder / f"{runner}.txt.status"
    code = status.read_text().strip() if status.exists() else "0"
    if not report.exists():
        return (0, 1, 0)
    passed, failed, skipped = counts(report)
    if code != "0" and not failed and not (runner == "pytest" and code == PYTEST_NO_TESTS):
        failed = 1
    return passed, failed, skipped


def main() -> int:
    folder = Path(sys.argv[1])
    passed, failed, skipped = (sum(n) for n in zip(*(result(folder, runner) for runner in RUNNERS)))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
