"""The bench runs, both sides do the same work, and the report says so. Nothing is timed here."""

import json
import os
import re
import subprocess
import sys

import pytest

from bench import rivals
from support.paths import ROOT, kafka_libs, program

needs = (program("rollcall"), program("bench-sis"), program("bench-parse"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(path.exists() for path in needs), reason="not built: run tests/run, or set ROLLCALL_BIN"),
    pytest.mark.skipif(not list(kafka_libs().glob("kafka_2*.jar")), reason="no Kafka: run tests/run or deploy/local/up once"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """One small bench, with the script beside it."""
    folder = tmp_path_factory.mktemp("bench")
    bin_ = os.environ.get("ROLLCALL_FAST_BIN") or str(program("rollcall").parent)
    environment = {**os.environ, "ROLLCALL_BIN": bin_ if (ROOT / bin_ / "bench-sis").exists() else str(program("rollcall").parent),
                   "ROLLCALL_LOCAL_DIR": str(folder / "local"), "ROLLCALL_KAFKA_LIBS": str(kafka_libs())}
    argv = [sys.executable, ROOT / "tests" / "bench" / "run", "--students", "400", "--scenarios", "quiet,change", "--sources", "rest,csv",
            "--nights", "1", "--rivals",
            "--patience", "600", "--json", folder / "report.json", "--markdown", folder / "report.md"]
    subprocess.run([str(word) for word in argv], env=environment, check=True, timeout=1500, stdout=subprocess.DEVNULL)
    return json.loads((folder / "report.json").read_text()), (folder / "report.md").read_text()


def test_every_piece_of_work_is_measured_on_both_sides(report):
    done = [(entry["source"], entry["scenario"], entry["who"]) for entry in report[0]["sizes"][0]["work"]]
    assert sorted(done) == sorted((source, scenario, who) for source in ("rest", "csv") for scenario in ("first", "quiet", "change")
                                  for who in ("rollcall", "script"))
    for entry in report[0]["sizes"][0]["work"]:
        assert entry["seconds"] > 0 and entry["wal"] > 0 and entry["peak_mib"]


def test_both_sides_leave_the_same_rows_behind(report):
    census = report[0]["sizes"][0]["census"]
    assert census["rest"]["rollcall"] == census["rest"]["script"] == census["csv"]["rollcall"] == census["csv"]["script"]
    assert census["rest"]["rollcall"]["mirror"] > 3000 and census["rest"]["rollcall"]["guardianships"] > 100


def test_machine_versions_and_limits_are_named(report):
    found, text = report
    assert {"rollcall", "librdkafka", "postgresql", "kafka", "redis", "python", "requests", "orjson", "psycopg"} <= set(found["versions"])
    assert re.match(r"\d+\.\d+\.\d+", found["versions"]["rollcall"])
    assert found["machine"]["cores"] >= 1 and "Machine: cpu" in text
    assert set(found["sizes"][0]["limits"]) == {"bytes", "cjson", "copy", "copy with key"}


def test_what_the_script_needs_is_pinned():
    lines = [line for line in rivals.REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    assert all(line.count("==") == 1 for line in lines)
    assert {"requests", "orjson", "psycopg", "psycopg-binary"} <= {line.partition("==")[0] for line in lines}
