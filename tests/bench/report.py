"""The bench's findings as Markdown: one table a size and source, each cell min / median / max."""

from statistics import median

TITLES = {"first": "first load", "quiet": "quiet night", "change": "1 % changed"}
PROGRAMS = ("upload", "fetcher", "normalizer", "reconciler", "notifier", "scheduler")
SERVERS = ("postgresql", "kafka", "redis")


def markdown(found: dict) -> str:
    """The whole report."""
    lines = ["# Bench", "", *_facts(found)]
    for size in found["sizes"]:
        lines += ["", f"## {size['students']:,} students, {size['records']:,} records", ""]
        for source in dict.fromkeys(entry["source"] for entry in size["work"]):
            entries = [entry for entry in size["work"] if entry["source"] == source]
            lines += _times(size, entries, source) + _phases(size, entries) + _stages(size, entries) + _costs(size, entries)
            lines += _memory(entries)
        lines += _limits(size) + _census(size)
    lines += _growth(found["sizes"])
    return "\n".join(lines) + "\n"


def _facts(found):
    machine = ", ".join(f"{name} {value}" for name, value in found["machine"].items())
    versions = ", ".join(f"{name} {value}" for name, value in found.get("versions", {}).items())
    chosen = ", ".join(f"{name}={found['options'][name]}" for name in ("repeat", "nights", "page", "lean", "lists", "seed"))
    return [f"Machine: {machine}.", "", f"Versions: {versions}.", "", f"Options: {chosen}. Cells with three numbers are "
            "min / median / max of runs that took turns."]


def spread(values, form="{:.2f}") -> str:
    """min / median / max, or the one value there is."""
    values = sorted(values)
    if not values:
        return "–"
    if len(values) == 1:
        return form.format(values[0])
    return " / ".join(form.format(value) for value in (values[0], median(values), values[-1]))


def _of(entries, scenario, who):
    return [entry for entry in entries if (entry["scenario"], entry["who"]) == (scenario, who)]


def _scenarios(entries):
    return [name for name in TITLES if any(entry["scenario"] == name for entry in entries)]


def pairs(entries, scenario):
    """Rollcall's seconds over the script's of the same turn."""
    ours, theirs = _of(entries, scenario, "rollcall"), _of(entries, scenario, "script")
    return [mine["seconds"] / other["seconds"] for mine, other in zip(ours, theirs)]


def _table(head, rows):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(row) + " |" for row in rows), ""]


def _times(size, entries, source):
    rows = []
    for scenario in _scenarios(entries):
        ours, theirs = ([entry["seconds"] for entry in _of(entries, scenario, who)] for who in ("rollcall", "script"))
        rows.append([TITLES[scenario], spread(ours), spread([size["records"] / value for value in ours], "{:,.0f}"),
                     spread(theirs), spread(pairs(entries, scenario))])
    return [f"### By {source.upper()}", "", *_table(["", "seconds", "records/s", "script, seconds", "ours / script"], rows)]


def _rates(size, seconds):
    """Records of the whole district a second; nothing to tell of what took next to no time."""
    return spread([size["records"] / value for value in seconds], "{:,.0f}") if min(seconds) > 0.01 else "–"


def _phases(size, entries):
    rows = []
    for scenario in _scenarios(entries):
        for who in ("rollcall", "script"):
            found = _of(entries, scenario, who)
            for name in dict.fromkeys(name for entry in found for name in entry["phases"]):
                values = [entry["phases"].get(name, 0.0) for entry in found]
                rows.append([TITLES[scenario], who, name, spread(values), _rates(size, values)])
    return _table(["", "who", "phase", "seconds", "records/s"], rows)


def _stages(size, entries):
    """What the handlers of a stage get through while they work: records a second of one handler, of several side by side."""
    rows = []
    for scenario in _scenarios(entries):
        found = [entry["handled"] for entry in _of(entries, scenario, "rollcall") if "handled" in entry]
        for name in PROGRAMS:
            seconds = [handled.get(name, 0.0) for handled in found]
            if seconds and min(seconds) > 0.01:
                rows.append([TITLES[scenario], name, spread(seconds), _rates(size, seconds)])
    return _table(["", "stage", "seconds of all its handlers", "records/s of a handler"], rows) if rows else []


def _costs(size, entries):
    """Micro-seconds of CPU and bytes of WAL for each record of the district, changed or not."""
    rows = []
    for scenario in _scenarios(entries):
        for who in ("rollcall", "script"):
            found = _of(entries, scenario, who)
            if not found:
                continue
            names = [name for name in (*PROGRAMS, "script", *SERVERS) if any(name in entry["cpu"] for entry in found)]
            cells = [f"{name} {median(entry['cpu'].get(name, 0.0) for entry in found) / size['records'] * 1e6:.1f}" for name in names]
            total = [sum(value for name, value in entry["cpu"].items() if name != "pretend SIS") / size["records"] * 1e6 for entry in found]
            wal = [entry["wal"] / size["records"] for entry in found]
            rows.append([TITLES[scenario], who, spread(total, "{:.1f}"), ", ".join(cells), spread(wal, "{:,.1f}")])
    return _table(["", "who", "CPU µs/record", "of which (median)", "WAL bytes/record"], rows)


def _memory(entries):
    peaks = {}
    for entry in entries:
        for name, value in entry["peak_mib"].items():
            peaks[name] = max(peaks.get(name, 0.0), value)
    if not peaks:
        return []
    return ["Peak memory, MiB: " + ", ".join(f"{name} {value:.0f}" for name, value in peaks.items()) + ".", ""]


def _growth(sizes):
    """Time for each record by size, beside that of the smallest size: 1 is a cost that does not grow."""
    rows = []
    for source in dict.fromkeys(entry["source"] for size in sizes for entry in size["work"]):
        for scenario in TITLES:
            each = [(size["students"], [entry["seconds"] / size["records"] * 1e6 for entry in _of(size["work"], scenario, "rollcall")
                                        if entry["source"] == source]) for size in sizes]
            each = [(students, median(values)) for students, values in each if values]
            rows += [[TITLES[scenario], source, f"{students:,}", f"{value:.1f}", f"{value / each[0][1]:.2f}"] for students, value in each]
    if len(sizes) < 2:
        return []
    return ["", "## By size", "", *_table(["", "by", "students", "µs/record, median", "of the first size's"], rows)]


LIMITS = {"bytes": "the bytes alone, one connection", "cjson": "cJSON alone, CPU",
          "copy": "COPY alone, no key", "copy with key": "COPY alone, primary key"}


def _limits(size):
    rows = []
    for name, runs in size["limits"].items():
        seconds = [run["seconds"] for run in runs]
        rows.append([LIMITS[name], spread(seconds), spread([size["records"] / value for value in seconds], "{:,.0f}")])
    return ["### Plain limits", "", *_table(["", "seconds", "records/s"], rows)] if rows else []


def _census(size):
    """Both sides must have done the same work: rows left behind."""
    found = [(source, who, rows) for source, sides in size.get("census", {}).items() for who, rows in sides.items()]
    if not found:
        return []
    names = list(found[0][2])
    return ["### Rows left behind", "", *_table(["by", "who", *names], [[source, who, *(f"{rows[name]:,}" for name in names)]
                                                                       for source, who, rows in found])]
