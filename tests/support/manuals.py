"""The manuals that are made from the code: options of every program, event codes of the logs. `python3 -m support.manuals` (from tests/) writes
them anew; tests/contract/test_manuals.py compares them."""

import re
import subprocess
from pathlib import Path

from support.paths import ROOT, program

OPTIONS = ROOT / "deploy" / "config" / "OPTIONS.md"
EVENTS = ROOT / "deploy" / "observe" / "EVENTS.md"
METRICS = ROOT / "deploy" / "observe" / "METRICS.md"
WORKERS = ("fetcher", "normalizer", "reconciler", "notifier", "scheduler", "roster-server", "webhook")
COUNTED = re.compile(r'"((?:rollcall|process)_[a-z0-9_]+)"')
CALL = re.compile(r'rc_log_(debug|info|warn|error)\(\s*"([a-z0-9.-]+)"')


def options() -> str:
    """Options of all programs, those that all share only once."""
    rows = {f"rollcall-{name}": _rows(f"rollcall-{name}") for name in WORKERS}
    shared = [row for row in next(iter(rows.values())) if all(row in other for other in rows.values())]
    rows["rollcall, the command line tool"] = _rows("rollcall")
    text = ["# Options", "", "Made from the programs' own tables (`--options-md`). File, then environment (`kafka.brokers` is "
            "`ROLLCALL_KAFKA_BROKERS`), then `--set`;", "a secret also by `ROLLCALL_X_FILE`, the name of a file that holds it.", ""]
    for title, part in [("All programs", shared), *((name, [r for r in own if r not in shared]) for name, own in rows.items())]:
        if part:
            text += [f"## {title}", "", "| option | kind | default | limits | meaning |", "|---|---|---|---|---|", *part, ""]
    return "\n".join(text)


def _rows(name: str) -> list[str]:
    made = subprocess.run([program(name), "--options-md"], capture_output=True, text=True, check=True)
    return [line for line in made.stdout.splitlines() if line.startswith("| `")]


def metrics() -> str:
    """Every metric of every program, from their one table."""
    made = subprocess.run([program("rollcall-scheduler"), "--metrics-md"], capture_output=True, text=True, check=True)
    head = ["# Metrics", "", "What `/metrics` on the admin port says (`admin.port`), made from the programs' own table (`--metrics-md`). No label names a "
            "district: there are thousands; logs and", "`rollcall status` name them. What stands over the database and over Kafka's groups is told by every scheduler "
            "alike: take `max()` over them, never `sum()`.", ""]
    return "\n".join([*head, made.stdout])


def counted_metrics() -> set[str]:
    """Names that some code counts: all that look like one, but roles and channels of the database."""
    others = {f"rollcall_{name}" for name in (*WORKERS, "cli", "owner", "outbox")}
    found = set()
    for folder in ("common", "services"):
        for path in sorted(p for p in (ROOT / folder).rglob("*.c") if p.name != "metric_table.c"):
            found |= set(COUNTED.findall(path.read_text()))
    return found - others


def documented_metrics() -> dict[str, tuple[str, set[str]]]:
    """Name → type and labels, as METRICS.md has them."""
    rows = re.findall(r"^\| `([a-zA-Z0-9_]+)` \| (\w+) \| ([a-z_ ]*) \|", METRICS.read_text(), re.M)
    return {name: (kind, set(labels.split())) for name, kind, labels in rows}


def events() -> dict[str, tuple[str, str]]:
    """Event code → level and folder of the code that says it, of all but debug lines."""
    found = {}
    for folder in ("common", "services"):
        for path in sorted((ROOT / folder).rglob("*.c")):
            for level, code in CALL.findall(path.read_text()):
                if level != "debug":
                    found.setdefault(code, (level, path.parent.relative_to(ROOT).as_posix()))
    return found


def documented_events() -> dict[str, str]:
    """Event code → level, as EVENTS.md has them."""
    return dict(re.findall(r"^\| `([a-z0-9.-]+)` \| (info|warn|error) \|", EVENTS.read_text(), re.M))


if __name__ == "__main__":
    METRICS.write_text(metrics())
    OPTIONS.write_text(options())
    print(f"wrote {OPTIONS.relative_to(Path.cwd()) if OPTIONS.is_relative_to(Path.cwd()) else OPTIONS}")
