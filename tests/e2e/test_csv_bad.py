"""Zips as they should not be, once for each way: refused with file, line and mend, or read with a finding that says as much; and nobody
is archived by any of them, nor counted as gone."""

from dataclasses import dataclass

import pytest
from support.csv_spoil import beside, first_cell, header_only, line, litter, manifest, text, windows, without
from support.csv_twin import CsvTwin

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """What is done to a good export, and what follows: the rule of a finding with words of its message, a collection that is no evidence."""

    change: object
    rule: str = ""
    words: str = ""
    unsealed: str = ""
    state: str = "Completed with warnings"
    changes: bool = False       # records are changed by it, as they should be


READ = {
    # --- the manifest ---
    "no manifest": Case(without("manifest.csv"), rule="upload.manifest.missing", words="manifest.csv is not in the zip", unsealed="users"),
    "a manifest that hides a file": Case(manifest("file.users,bulk", "file.users,absent"), rule="upload.manifest.hidden",
                                         words="users.csv is in the zip although manifest.csv says absent", unsealed="users"),
    "a manifest that announces what is not there": Case(without("users.csv"), rule="upload.manifest.lacking", words="users.csv is not in the zip",
                                                        unsealed="users", state="Completed with errors"),
    "a manifest without a file's line": Case(manifest("file.users,bulk\r\n", ""), rule="upload.manifest.unsaid", words="users.csv", unsealed="users"),
    "a manifest with an empty value": Case(manifest("file.users,bulk", "file.users,"), rule="upload.manifest.unsaid", words="users.csv", unsealed="users"),
    "a manifest with another word": Case(manifest("file.users,bulk", "file.users,full"), rule="upload.manifest.odd", words="users.csv", unsealed="users"),
    "a manifest that says two things": Case(manifest("file.users,bulk", "file.users,bulk\r\nfile.users,delta"), rule="upload.manifest.twice",
                                            words="users.csv", unsealed="users"),
    "a manifest of another version": Case(manifest("oneroster.version,1.1", "oneroster.version,1.2"), rule="upload.manifest.version",
                                          words="manifest.csv names another version"),
    # --- files ---
    "an empty file": Case(text("users.csv", lambda whole: ""), rule="upload.file.empty", words="users.csv holds nothing", unsealed="users",
                          state="Completed with errors"),
    "a header without rows": Case(text("users.csv", header_only), rule="upload.file.header-only", words="users.csv holds a header and no rows",
                                  unsealed="users"),
    "headers without rows everywhere": Case(lambda files: {name: whole if name == "manifest.csv" else header_only(whole) for name, whole in files.items()},
                                            rule="upload.file.header-only", words="enrollments.csv", unsealed="enrollments"),
    "a file that is unknown": Case(beside("people.csv", "a,b\n"), rule="upload.file.unknown", words="people.csv is no file of OneRoster"),
    "Windows-1252": Case(text("users.csv", windows), rule="upload.file.windows-1252", words="users.csv is not written in UTF-8", changes=True),
    # --- rows ---
    "a short row": Case(line("users.csv", 17, lambda found: found.rsplit(",", 4)[0]), rule="users.record.short",
                        words="users.csv line 17: record has fewer cells", state="Completed with errors"),
    "a long row": Case(line("users.csv", 17, lambda found: found + ",x"), rule="users.record.long", words="users.csv line 17: record has more cells",
                       state="Completed with errors"),
    "an unclosed quote": Case(line("users.csv", 17, lambda found: found[:found.rindex(",")] + ',"x'), rule="users.record.quotes",
                              words="users.csv line 17: record has a quotation mark", state="Completed with errors"),
    "an unclosed quote at the start": Case(line("users.csv", 17, lambda found: '"' + found), rule="users.record.quotes", words="users.csv line 17",
                                           unsealed="users", state="Completed with errors"),
    "a line break within a row": Case(line("users.csv", 17, lambda found: found[:60] + "\r\n" + found[60:]), rule="users.record.short",
                                      words="users.csv line 18", unsealed="users", state="Completed with errors"),
    "a NUL in a row": Case(line("users.csv", 17, lambda found: found + "\0"), rule="users.record.encoding", words="users.csv line 17",
                           state="Completed with errors"),
    "bytes of two encodings": Case(text("users.csv", lambda whole: whole.encode() + b"x\xe9,,,\r\n"),
                                   rule="users.record.encoding", words="users.csv line ", unsealed="users", state="Completed with errors"),
    "an id that a spreadsheet rounded": Case(line("users.csv", 17, lambda found: first_cell(found, "1.23E+05")), rule="users.sourcedId.rounded",
                                             words="users.csv line 17, column sourcedId: sourcedId is a number that a spreadsheet has rounded",
                                             unsealed="users", state="Completed with errors"),
    "no id": Case(line("users.csv", 17, lambda found: first_cell(found, "")), rule="users.sourcedId.missing", words="users.csv line 17",
                  unsealed="users", state="Completed with errors"),
    "a row of separators": Case(line("users.csv", 17, lambda found: "," * found.count(",")), rule="users.sourcedId.missing",
                                words="users.csv line 17", unsealed="users", state="Completed with errors"),
    "a record twice": Case(text("users.csv", lambda whole: whole + whole.split("\r\n")[16] + "\r\n"), rule="users.id.duplicate"),
    "an unknown user in enrollments": Case(
        line("enrollments.csv", 5, lambda found: ",".join([*found.split(",")[:5], "nobody", *found.split(",")[6:]])),
        rule="enrollments.user.dangling", changes=True),
}

GOOD = {
    "litter of operating systems": Case(litter, state="Completed"),
    "bare CR at the ends of lines": Case(text("users.csv", lambda whole: whole.replace("\r\n", "\r")), state="Completed"),
    "LF at the ends of lines": Case(text("users.csv", lambda whole: whole.replace("\r\n", "\n")), state="Completed"),
    "a byte order mark": Case(text("users.csv", lambda whole: "\ufeff" + whole), state="Completed"),
    "names of files in another case": Case(lambda files: {name.lower(): whole for name, whole in files.items()}, state="Completed"),
    "headers in another case": Case(line("users.csv", 1, str.upper), state="Completed"),
    "blank lines": Case(text("users.csv", lambda whole: whole.replace("\r\n", "\r\n\r\n")), state="Completed"),
    "semicolons": Case(text("orgs.csv", lambda whole: whole.replace(",", ";")), state="Completed"),
    "status and date in bulk": Case(text("orgs.csv", lambda whole: whole.replace(",,,", ",active,2026-01-01,")), state="Completed"),
    "source.systemCode is absent": Case(manifest("source.systemName,pretend", "source.systemName,\r\nsource.systemCode,absent"), state="Completed"),
}



@dataclass
class Told:
    twin: CsvTwin
    before: list
    state: str
    findings: list
    unsealed: dict
    counts: dict
    after: list


def look(stack, twin, before, run):
    state, counts = stack.sql("SELECT state, counts FROM run WHERE run_id = %s", [run])[0]
    findings = stack.sql("SELECT rule, message, place FROM finding WHERE run_id = %s", [run])
    unsealed = dict(stack.sql("SELECT collection, reason FROM run_collection WHERE run_id = %s AND NOT sealed", [run]))
    return Told(twin, before, state, findings, unsealed, counts, twin.rows())


def each(twins, files_of):
    """An upload for every district, all at the same time; their runs."""
    runs = {name: twin.district.upload(files_of(name, twin)).ok().json["run"] for name, twin in twins.items()}
    for name, twin in twins.items():
        twin.district.read(runs[name], 300)
    return runs


@pytest.fixture(scope="module", name="told")
def _told(module_stack):
    """Every case two times, upon a good first day of a district of its own: what is to be archived is so after the second."""
    stack = module_stack.start()
    twins = {name: CsvTwin(stack, f"county-{n}", seed=1, students=15, schools=1) for n, name in enumerate(READ)}
    each(twins, lambda name, twin: twin.files())
    before = {name: twin.rows() for name, twin in twins.items()}
    for _ in range(2):
        runs = each(twins, lambda name, twin: READ[name].change(twin.files()))
    return {name: look(stack, twin, before[name], runs[name]) for name, twin in twins.items()}


@pytest.mark.parametrize("name", READ)
def test_what_is_odd_is_told_and_archives_nobody(told, name):
    case, got = READ[name], told[name]
    assert got.state == case.state, (got.state, got.findings)
    assert any(rule == case.rule and case.words in message for rule, message, _ in got.findings), got.findings
    assert not case.unsealed or case.unsealed in got.unsealed, got.unsealed
    assert "archive" not in got.counts["applied"]
    assert got.counts["collections"].get("users", {"absent": 0})["absent"] == 0
    assert case.changes or got.after == got.before


@pytest.fixture(scope="module", name="usual")
def _usual(module_stack):
    """All of them one after the other, in one district."""
    stack = module_stack.start()
    twin = CsvTwin(stack, "usual-county", seed=1, students=15, schools=1)
    twin.bring()
    before = twin.rows()
    return {name: look(stack, twin, before, twin.district.bring(case.change(twin.files()))) for name, case in GOOD.items()}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_merely_written_in_another_way_is_read_as_usual(usual, name):
    got = usual[name]
    assert (got.state, got.findings, got.unsealed, got.counts["applied"]) == ("Completed", [], {}, {})
    assert got.after == got.before
