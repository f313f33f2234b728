"""A source that answers badly, once for each way it can: the owner reads what is wrong, nobody counts as gone, what was good before stays,
other districts notice nothing, and when the source is mended the next sync is as if nothing had been."""

from dataclasses import dataclass, field

import pytest
from support.twin import Twin

pytestmark = pytest.mark.slow

PAUSED, WARNED, FAULTY = "Paused", "Completed with warnings", "Completed with errors"


@dataclass(frozen=True)
class Case:
    """What the source does, how the run ends, and what is read of it: words of run.failure, the reason why a collection is unsealed,
    or the rule of a finding."""

    fault: str
    state: str
    words: str = ""
    reason: str = ""
    rule: str = ""
    collection: str | None = "users"
    role: str = ""  # of the user whose record is hit; the first record by default
    leave: int = 0  # accounts that are archived for it
    options: dict = field(default_factory=dict)
    version: str = "1.1"


CASES = {
    "wrong credentials": Case("wrong-credentials", PAUSED, words="refused the key or secret", collection=None),
    "a wrong URL": Case("base-404", PAUSED, words="nothing at this address", collection=None),
    "a sign-in page": Case("html", PAUSED, words="web page came instead of data", collection=None),
    "a 200 without its envelope": Case("no-envelope", PAUSED, words="holds no such list"),
    "a truncated body": Case("truncated", PAUSED, words="could not be reached"),
    "a body cut in mid-JSON": Case("cut-json", PAUSED, words="damaged or cut off"),
    "an empty collection": Case("empty", WARNED, reason="answered with nothing"),
    "a repeated page": Case("repeat-page", WARNED, reason="same page twice"),
    "a moving total": Case("moving-total", WARNED, reason="total moved"),
    "a missing required field": Case("missing-field", FAULTY, rule="users.givenName.missing"),
    "an unknown kind of session": Case("unknown-enum", WARNED, rule="academicSessions.type.unknown", collection="academicSessions"),
    # Nobody says what the word means, so nothing is known of the person's role: they keep what they have.
    "an unknown role": Case("unknown-enum", WARNED, rule="users.role.unknown", role="teacher"),
    "an id twice on a page": Case("duplicate-same-page", WARNED, rule="users.id.duplicate"),
    "an id twice in a collection": Case("duplicate-across-pages", WARNED, rule="users.id.duplicate"),
    "a reference to nothing": Case("dangling-reference", WARNED, rule="enrollments.user.dangling", collection="enrollments"),
    "broken UTF-8": Case("broken-utf8", FAULTY, rule="users.record.unreadable"),
    "a NUL in a text": Case("nul-escape", FAULTY, rule="users.record.unreadable"),
    "a field of ten million bytes": Case("huge-field", PAUSED, words="larger than a page may be"),
    "deep nesting": Case("deep-nesting", FAULTY, rule="users.record.unreadable"),
    "a person without roles": Case("set-fields", FAULTY, rule="users.roles.missing", version="1.2",
                                   options={"set": {"roles": []}, "remove": ["role", "orgs"]}),
    "an error of 1.2 with 200": Case("error-200", PAUSED, words="message instead of data", version="1.2"),
    "an org without identifier": Case("set-fields", WARNED, rule="orgs.identifier.missing", collection="orgs", version="1.2",
                                      options={"remove": ["identifier"]}),
}
QUICK = {"ROLLCALL_FETCH_RETRY_BASE": "20ms", "ROLLCALL_FETCH_RETRY_CAP": "200ms", "ROLLCALL_FETCH_TIMEOUT": "20s"}


def people(stack, twin):
    return stack.sql("SELECT count(*) FILTER (WHERE status = 'active'), count(*) FROM account WHERE district_id = %s", [twin.district.id])[0]


@dataclass
class Told:
    """What became of the run under the fault."""

    twin: Twin
    run: str
    state: str
    failure: str
    reasons: list
    findings: list
    before: tuple
    after: tuple
    archived: int


def look(stack, twin, run, before):
    state, failure = stack.sql("SELECT state, failure FROM run WHERE run_id = %s", [run])[0]
    reasons = [row[0] for row in stack.sql("SELECT reason FROM run_collection WHERE run_id = %s AND NOT sealed", [run])]
    findings = stack.sql("SELECT rule, severity, sourced_id, message FROM finding WHERE run_id = %s", [run])
    archived = stack.sql("SELECT count(*) FROM history WHERE run_id = %s AND kind = 'archive'", [run])[0][0]
    return Told(twin, run, state, failure or "", reasons, findings, before, people(stack, twin), archived)


@pytest.fixture(scope="module", name="told")
def _told(module_stack):
    """All cases at once, and a good district among them: a clean first day, then a day under the fault."""
    stack = module_stack
    stack.worker("fetcher", **QUICK)
    stack.start()
    names = [*CASES, "no fault"]
    versions = {name: case.version for name, case in CASES.items()}
    twins = {name: Twin(stack, f"county-{n}", seed=n, students=15, schools=1, source={"page_size": 20, "version": versions.get(name, "1.1")})
             for n, name in enumerate(names)}
    each(stack, twins)
    before = {name: people(stack, twin) for name, twin in twins.items()}
    for name, case in CASES.items():
        where = {"collection": case.collection} if case.collection else {}
        if case.role:
            where["record"] = {"id": next(user["sourcedId"] for user in twins[name].world["users"] if user["role"] == case.role)}
        stack.sis.fault(twins[name].district.slug, case.fault, **where, **case.options)
    runs = each(stack, twins)
    return {name: look(stack, twin, runs[name], before[name]) for name, twin in twins.items()}


def each(stack, twins):
    """A sync of every district, all at the same time."""
    runs = {name: twin.district.start_run() for name, twin in twins.items()}
    for name, twin in twins.items():
        if twin.district.wait_for_run(runs[name], seconds=180) == "On hold":
            twin.district.approve()
            stack.wait(lambda twin=twin, run=runs[name]: twin.district.state_of(run).startswith("Completed"), "the first sync is applied", 60)
    return runs


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_told_in_words_and_harms_nobody(told, name):
    case, got = CASES[name], told[name]
    assert (got.state, case.words in got.failure) == (case.state, True), got
    assert not case.reason or any(case.reason in reason for reason in got.reasons), got.reasons
    assert not case.rule or case.rule in {rule for rule, *_ in got.findings}, got.findings
    assert (got.after, got.archived) == ((got.before[0] - case.leave, got.before[1]), case.leave)


def test_a_district_beside_them_notices_nothing(told, module_stack):
    got = told["no fault"]
    assert (got.state, got.findings, got.reasons) == ("Completed", [], [])
    assert module_stack.sql("SELECT counts -> 'applied' FROM run WHERE run_id = %s", [got.run]) == [({},)]


def test_when_the_sources_are_mended_every_directory_is_as_its_source(told, module_stack):
    for name in CASES:
        module_stack.sis.clear(told[name].twin.district.slug)
    each(module_stack, {name: got.twin for name, got in told.items()})
    for got in told.values():
        got.twin.today()
        got.twin.check()
