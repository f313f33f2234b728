"""rollcall-notifier against a real PostgreSQL, Kafka and mail server: one mail per owner and run, whatever breaks (M1).
Runs are rows as the reconciler would have left them; messages are produced as the relay would send them."""

import json
import re
import uuid

import pytest
from psycopg.rows import dict_row
from support.process import wait_until
from support.stack import Stack

pytestmark = pytest.mark.usefixtures("programs")

QUICK = {
    "ROLLCALL_MAIL_SEND_EVERY": "100ms",
    "ROLLCALL_MAIL_RETRY_BASE": "200ms",
    "ROLLCALL_MAIL_RETRY_CAP": "400ms",
    "ROLLCALL_MAIL_TRY_FOR": "1h",
    "ROLLCALL_MAIL_FOUND_AFTER": "6s",      # longer than smtp.timeout, as the option demands
    "ROLLCALL_MAIL_FROM": "Rollcall <rollcall@rollcall.example>",
    "ROLLCALL_MAIL_DOMAIN": "mail.rollcall.example",
    "ROLLCALL_SMTP_TIMEOUT": "5s",
}


@pytest.fixture
def stack(programs, tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis):
    """The shared broker as it is: rows have ids of their own, and messages of other tests name runs that are not there."""
    made = Stack(tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis)
    if "rollcall.run.finished.v1" not in made.kafka.topics():
        made.cli.run("topics", "apply").ok()
    try:
        yield made
        made.close()
    finally:
        made.kill()


class Owners:
    """A district with owners and a source, and runs as they ended."""

    def __init__(self, stack, zone="America/Chicago", owners=("owner@maple.example",)):
        self.stack = stack
        self.admin = stack.postgres.connect("postgres", stack.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
        self.id = self.one("INSERT INTO district (slug, name, time_zone) VALUES ('maple', 'Maple County', %s) RETURNING district_id", zone)
        self.do(f"SET rollcall.district = '{self.id}'")
        self.source = self.one("INSERT INTO source (district_id, name, base_url, auth) VALUES (%s, 'PowerSchool', 'http://sis.invalid', "
                               "'oauth2') RETURNING source_id", self.id)
        self.members = [self.member(owner) for owner in owners]

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def all(self, query, *values):
        return self.admin.execute(query, values).fetchall()

    def do(self, query, *values):
        self.admin.execute(query, values)

    def add(self, table, **columns):
        names = ", ".join(["district_id", *columns])
        self.do(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * (len(columns) + 1))})", self.id, *columns.values())

    def member(self, email, role="owner", zone=None):
        return self.one("INSERT INTO member (district_id, email, role, time_zone) VALUES (%s, %s, %s, %s) RETURNING member_id",
                        self.id, email, role, zone)

    def run(self, state="Completed", **columns):
        names = ", ".join(columns)
        return self.one(f"INSERT INTO run (district_id, source_id, state, phase, started_at, finished_at, mirrored_at{', ' + names if names else ''}) "
                        f"VALUES (%s, %s, %s, 'done', now(), now(), now(){', %s' * len(columns)}) RETURNING run_id",
                        self.id, self.source, state, *columns.values())

    def hold(self, count=2, hold="first sync"):
        run = self.run("On hold")
        self.do("UPDATE run SET phase = 'planned' WHERE run_id = %s", run)
        plan = self.one("INSERT INTO plan (district_id, run_id, source_id, hash, policy_version, planned_on) VALUES (%s, %s, %s, 'h', 1, "
                        "current_date) RETURNING plan_id", self.id, run, self.source)
        for number in range(count):
            self.add("plan_item", plan_id=plan, item_no=number, person=number, key=f"k{number}", kind="create", cause="new",
                     subject=f"r:{self.source}:u{number}", role="student", hold=hold)
        return run

    def say(self, topic, run, data):
        headers = {"ce_specversion": "1.0", "ce_id": f"test-{uuid.uuid4()}", "ce_source": "/tests", "ce_type": f"rollcall.{topic}.v1",
                   "ce_time": "2026-11-22T08:00:00.000Z", "ce_subject": str(self.source), "content-type": "application/json",
                   "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "rc_district": str(self.id)}
        if run:
            headers["rc_run"] = str(run)
        self.stack.kafka.produce(f"rollcall.{topic}.v1", json.dumps(data).encode(), str(self.source).encode(), headers)

    def finished(self, run):
        state = self.one("SELECT state FROM run WHERE run_id = %s", run)
        self.say("run.finished", run, {"run": str(run), "source": str(self.source), "state": state})

    def alert(self, run, message="users could not be read: the SIS refused the key", kind="lane.failed"):
        alert = self.one("INSERT INTO alert (district_id, run_id, kind, message) VALUES (%s, %s, %s, %s) RETURNING alert_id",
                         self.id, run, kind, message)
        self.say("alert.raised", run, {"alert": str(alert), "run": str(run), "kind": kind, "message": message})
        return alert

    def rows(self, **columns):
        where = "".join(f" AND {name} = %s" for name in columns)
        return self.all(f"SELECT * FROM mail WHERE true{where} ORDER BY planned_at, mail_id", *columns.values())

    def wait_state(self, state, count=1, seconds=120):
        return wait_until(lambda: len(self.rows(state=state)) >= count and self.rows(state=state), f"{count} mails are {state}", seconds)

    def as_if_the_lease_ran_out(self):
        self.do("UPDATE leader_lease SET until = '-infinity'")


@pytest.fixture
def maple(stack):
    made = Owners(stack)
    yield made
    made.admin.close()


def start(stack, label=None, **env):
    return stack.worker("notifier", label, **{**QUICK, **env}).start().wait_ready()


# ---- who is told what -------------------------------------------------------------------------------------------------------------


def test_every_owner_gets_one_mail_about_a_run_however_often_it_is_said(maple, stack, mail):
    maple.member("second@maple.example")
    for role in ("viewer", "school administrator", "district manager"):
        maple.member(f"{role.replace(' ', '.')}@maple.example", role)
    maple.do("UPDATE member SET removed_at = now() WHERE member_id = %s", maple.member("gone@maple.example"))
    scoped = maple.member("scoped@maple.example")
    maple.add("member_scope", member_id=scoped, source_id=maple.source, school_id="s1")
    run = maple.run()
    start(stack)
    for _ in range(3):
        maple.finished(run)
    maple.wait_state("accepted", 2)
    last = maple.run()
    maple.finished(last)
    maple.wait_state("accepted", 4)
    got = sorted((letter.recipients, letter.message_id) for letter in mail.taken())
    assert [to for to, _ in got] == [["owner@maple.example"]] * 2 + [["second@maple.example"]] * 2
    assert len({message_id for _, message_id in got}) == 4


def test_a_mail_has_what_mail_programs_expect(maple, stack, mail):
    start(stack)
    maple.finished(maple.run())
    (letter,) = mail.wait_for(1)
    row = maple.rows()[0]
    assert letter.message_id == f"<{row['mail_id']}@mail.rollcall.example>"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["From"] == "Rollcall <rollcall@rollcall.example>"
    assert letter.message["Date"].datetime.timestamp() == pytest.approx(row["planned_at"].timestamp(), abs=1)
    assert letter.message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.message.iter_parts()] == ["text/plain", "text/html"]
    assert letter.part("plain").replace("\r\n", "\n").strip() == row["body_text"].strip()


@pytest.mark.parametrize("state", ["Superseded", "Cancelled"])
def test_what_somebody_did_himself_is_not_told(maple, stack, state):
    start(stack)
    maple.finished(maple.run(state))
    maple.finished(maple.run(test=True))
    maple.finished(maple.run(people=["s-1042"]))
    maple.finished(maple.run())
    maple.wait_state("accepted")
    assert len(maple.rows()) == 1


def test_a_run_on_hold_and_its_end_are_two_mails(maple, stack, mail):
    start(stack)
    run = maple.hold(3)
    maple.finished(run)
    maple.wait_state("accepted")
    maple.do("UPDATE plan_item SET outcome = 'applied', decision = 'approved'")
    maple.do("UPDATE run SET state = 'Completed', phase = 'done' WHERE run_id = %s", run)
    maple.finished(run)
    maple.wait_state("accepted", 2)
    assert [(row["kind"], row["held"]) for row in maple.rows()] == [("held", True), ("result", False)]
    assert mail.taken()[0].subject == "[On hold] Maple County: 3 new people wait for your approval"
    assert mail.taken()[1].subject.startswith("[OK] Maple County: ")


def test_the_local_day_is_the_owner_s(stack):
    east = Owners(stack, "Pacific/Kiritimati")
    east.member("west@maple.example", zone="Pacific/Niue")
    start(stack)
    east.finished(east.run())
    days = [row["local_day"] for row in east.wait_state("accepted", 2)]
    assert (max(days) - min(days)).days in (1, 2), "25 hours lie between these zones"


def test_one_cause_is_alerted_once_a_day(maple, stack, mail):
    start(stack)
    run = maple.run("Paused", parked=True)
    for _ in range(3):
        maple.alert(run)
    other = maple.alert(run, "a page is broken", "page.lost")
    maple.wait_state("accepted", 2)
    maple.do("UPDATE alert SET at = at - interval '2 days' WHERE alert_id = %s", other)
    maple.say("alert.raised", run, {"alert": str(other), "kind": "page.lost", "message": "x"})
    maple.wait_state("accepted", 3)
    assert [row["kind"] for row in maple.rows()] == ["alert"] * 3
    assert "[Attention] Maple County: People could not be read" in [letter.subject for letter in mail.taken()]


@pytest.mark.parametrize(
    ("kind", "message", "roles"),
    [
        ("lane.failed", "users could not be read: the SIS refused the key or secret: check both in the source's settings",
         ["integration specialist", "it contact", "owner", "recipient"]),
        ("lane.failed", "users could not be read: the SIS is out of order", ["owner", "recipient"]),
        ("hold.unanswered", "nobody has answered for 3 days", ["district manager", "integration specialist"]),
        ("webhook.failing", "the webhook of the application portal is failing: last: 503",
         ["integration specialist", "it contact", "owner", "recipient"]),
        ("mail.silent", "3 mails have been under way for too long", []),  # operators', and none is named
        ("something.new", "what no table knows", ["owner", "recipient"]),
    ],
)
def test_each_kind_of_alert_goes_to_those_whom_it_concerns(maple, stack, kind, message, roles):
    for role in ("recipient", "it contact", "integration specialist", "district manager", "viewer"):
        maple.member(f"{role.replace(' ', '.')}@maple.example", role)
    start(stack)
    run = maple.run("Paused", parked=True)
    maple.alert(run, message, kind)
    maple.alert(run, "the next alert of the same run", "marker.last")   # in the same partition, so it comes after; to owner and recipient
    maple.wait_state("accepted", len(roles) + 2)
    told = maple.all("SELECT m.role FROM mail x JOIN member m USING (member_id) WHERE x.kind = 'alert' AND x.about NOT LIKE 'marker.last%%' ORDER BY 1")
    assert [row["role"] for row in told] == roles


def test_operators_are_told_of_a_district_without_an_owner_who_can_be_mailed(maple, stack, mail):
    maple.do("UPDATE member SET bounced_at = now()")
    start(stack, ROLLCALL_MAIL_OPERATORS="ops@rollcall.example, Night@rollcall.example")
    for _ in range(2):
        maple.alert(None, "no owner of the district can be mailed: nobody is told what waits for a decision", "owner.unreachable")
    mail.wait_for(2)
    maple.do("UPDATE alert SET at = at - interval '2 days'")
    maple.say("alert.raised", None, {"alert": str(maple.one("SELECT min(alert_id::text) FROM alert")), "kind": "owner.unreachable", "message": "x"})
    maple.alert(None, "3 mails have been under way for too long", "mail.silent")
    maple.wait_state("accepted", 6)
    assert sorted((letter.recipients[0], letter.subject) for letter in mail.taken()) == sorted(
        (to, f"[Attention] Maple County: {words}") for to in ("Night@rollcall.example", "ops@rollcall.example")
        for words in ("No owner of the district can be mailed", "No owner of the district can be mailed", "3 mails have been under way for too long"))
    for letter in mail.taken():
        assert "@maple.example" not in str(letter.content)
        assert "an operator of Rollcall, which serves Maple County" in re.sub(r"\s+", " ", letter.part("plain"))
    answers = [letter.message["In-Reply-To"] for letter in mail.taken()]
    assert len([answer for answer in answers if answer]) == 2, "the next day's mail answers the first"
    assert maple.one("SELECT count(*) FROM member WHERE role = 'operator' AND digest = 'off'") == 2


def test_an_address_that_is_a_member_already_stays_what_it_is(maple, stack, mail):
    maple.member("Specialist@rollcall.example", "integration specialist")
    start(stack, ROLLCALL_MAIL_OPERATORS="specialist@rollcall.example")
    maple.alert(None, "no owner of the district can be mailed", "owner.unreachable")
    maple.wait_state("accepted")
    assert [letter.recipients for letter in mail.taken()] == [["Specialist@rollcall.example"]]
    assert maple.one("SELECT count(*) FROM member WHERE role = 'operator'") == 0


# ---- members with named schools ---------------------------------------------------------------------------------------------------------


def principal(maple, *schools):
    member = maple.member("principal@maple.example", "school administrator")
    for school in schools:
        maple.add("member_scope", member_id=member, source_id=maple.source, school_id=school)
    return member


def letters_by_reader(mail, count):
    return {letter.recipients[0].partition("@")[0]: letter for letter in mail.wait_for(count)}


def test_who_has_named_schools_is_told_at_once_what_waits_there_with_their_counts_alone(maple, stack, mail):
    principal(maple, "s2")
    run = maple.hold(3)
    maple.do("UPDATE plan_item SET school = CASE item_no WHEN 1 THEN 's2' ELSE 's1' END")
    maple.do("UPDATE run SET counts = '{\"verify\": {\"asked\": 77, \"unknown\": 77}}'")
    start(stack)
    maple.finished(run)
    told = letters_by_reader(mail, 2)
    assert told["owner"].subject == "[On hold] Maple County: 3 new people wait for your approval"
    assert told["principal"].subject == "[On hold] Maple County: 1 new person waits for your approval"
    text = told["principal"].part("plain")
    assert "Maple County (1 school)" in text and "- 1 student to create" in text and "77" not in text
    maple.alert(run, "a sync has waited for your decision for 1 day: nothing changes", "hold.waiting")
    told = letters_by_reader(mail, 4)
    assert told["principal"].subject == told["owner"].subject == "[Waits] Maple County: A sync has waited for your decision for 1 day"


def test_who_has_named_schools_is_not_told_of_what_waits_at_others(maple, stack, mail):
    principal(maple, "s2")
    run = maple.hold(3)
    maple.do("UPDATE plan_item SET school = 's1'")
    start(stack)
    maple.finished(run)
    maple.alert(run, "a sync has waited for your decision for 1 day: nothing changes", "hold.waiting")
    assert {letter.recipients[0].lower() for letter in mail.wait_for(2)} == {"owner@maple.example"}
    assert len(maple.rows()) == 2


def test_a_school_administrator_without_a_school_is_told_of_none(maple, stack, mail):
    principal(maple)
    start(stack)
    maple.finished(maple.hold(3))
    maple.finished(maple.run("Failed", failure="the pages were 5210 short"))
    maple.wait_state("accepted", 2)
    assert {letter.recipients[0] for letter in mail.taken()} == {"owner@maple.example"} and len(maple.rows()) == 2


def test_a_failed_sync_is_told_to_who_has_schools_of_its_source_without_the_district_s_numbers(maple, stack, mail):
    principal(maple, "s2")
    elsewhere = maple.member("elsewhere@maple.example", "school administrator")
    maple.add("member_scope", member_id=elsewhere, source_id=uuid.uuid4(), school_id="s2")
    start(stack)
    maple.finished(maple.run("Failed", failure="the pages were 5210 short"))
    told = letters_by_reader(mail, 2)
    assert sorted(told) == ["owner", "principal"]
    assert "5210" in told["owner"].part("plain") and "5210" not in str(told["principal"].content)
    assert told["principal"].subject == "[Failed] Maple County: the sync failed, nothing was changed"


def test_a_result_tells_who_has_named_schools_what_became_of_their_people(maple, stack, mail):
    principal(maple, "s2", "s3")
    run = maple.run()
    for school in ("s1", "s1", "s2"):
        maple.add("history", run_id=run, plan_id=uuid.uuid4(), kind="create", account_id=maple.one(
            "INSERT INTO account (district_id) VALUES (%s) RETURNING account_id", maple.id), cause="new", role="student", school=school,
            on_date="2026-11-22")
    maple.add("finding", run_id=run, collection="users", sourced_id="x1", field="email", rule="users.email.malformed", severity="error",
              message="email is not in a form that can be read. Correct it in the source.")
    maple.add("run_collection", run_id=run, collection="classes", sealed=False, reason="the total moved from 5210 to 5260")
    maple.add("exclusion", node=f"r:{maple.source}:u1", reason="asked", set_by="owner")
    start(stack)
    maple.finished(run)
    told = letters_by_reader(mail, 2)
    assert told["owner"].subject == "[OK] Maple County: 3 new, 0 changed, 0 archived, 1 error"
    assert told["principal"].subject == "[OK] Maple County: 1 new, 0 changed, 0 archived, 0 errors"
    text = told["principal"].part("plain")
    assert "(2 schools)" in text and "Classes" in text
    assert not re.search(r"5210|x1|excluded", text)
    maple.finished(maple.run())  # nothing of theirs
    assert [letter.recipients for letter in mail.wait_for(3)][2:] == [["owner@maple.example"]]
    assert len(maple.rows()) == 3


def test_a_pause_is_told_to_who_has_named_schools_too(maple, stack, mail):
    principal(maple, "s2")
    start(stack)
    maple.alert(None, "from today on nothing is applied, by your blackout dates: syncs go on", "pause.begun")
    assert sorted(letters_by_reader(mail, 2)) == ["owner", "principal"]


def test_mails_of_one_cause_are_one_conversation(maple, stack, mail):
    start(stack)
    run = maple.hold()
    maple.finished(run)
    (first,) = mail.wait_for(1)
    maple.do("UPDATE run SET state = 'Completed', phase = 'done' WHERE run_id = %s", run)
    maple.finished(run)
    other = maple.run("Paused", parked=True)
    maple.alert(other)
    mail.wait_for(3)
    maple.do("UPDATE alert SET at = at - interval '2 days'")
    maple.say("alert.raised", other, {"alert": str(maple.one("SELECT alert_id FROM alert")), "kind": "lane.failed", "message": "x"})
    mail.wait_for(4)
    answers = {letter.message_id: letter.message["In-Reply-To"] for letter in mail.taken()}
    alerts = [row["message_id"] for row in maple.rows(kind="alert")]
    assert answers[maple.rows(kind="result")[0]["message_id"]] == first.message_id
    assert [answers[one] for one in alerts] == [None, alerts[0]]
    assert all(letter.message["References"] == letter.message["In-Reply-To"] for letter in mail.taken())


# ---- what they read -----------------------------------------------------------------------------------------------------------------


def account(maple, *kinds, role="student", run=None, field=""):
    who = maple.one("INSERT INTO account (district_id) VALUES (%s) RETURNING account_id", maple.id)
    for kind in kinds:
        maple.add("history", run_id=run, plan_id=uuid.uuid4(), kind=kind, account_id=who, cause="new", role=role, field=field,
                  on_date="2026-11-22")
    return who


def test_a_mail_tells_what_stands_in_the_tables(maple, stack, mail):
    run = maple.run("Completed with errors")
    for kinds in (["create", "update", "join"], ["create"], ["update", "update"], ["archive"], ["restore", "update"], ["link"]):
        account(maple, *kinds, run=run, field="class:x:y:student" if "join" in kinds else "")
    account(maple, "link", role="teacher", run=run)
    account(maple, "archive", run=maple.run())  # of another run
    for number in range(12):
        maple.add("finding", run_id=run, collection="users", sourced_id=f"u{number:02}", field="email", rule="users.email.malformed",
                  severity="warning", message="email is not in a form that can be read. Correct it in the source.")
    maple.add("finding", run_id=run, collection="users", sourced_id="u99", field="givenName", rule="users.givenName.missing",
              severity="error", message="givenName has no value. Enter it in the source.")
    maple.add("run_collection", run_id=run, collection="classes", sealed=False, reason="the source sent the same page twice")
    maple.add("run_collection", run_id=run, collection="users", sealed=True)
    maple.add("setting", scope="", name="archive-students", value='"archive"', set_by="x")
    absent = account(maple)
    maple.add("mirror_record", source_id=maple.source, collection="users", sourced_id="u7", first_run=run, last_run=run, present=False,
              absent_run=run, absent_on="2026-11-20")
    maple.add("account_link", source_id=maple.source, sourced_id="u7", account_id=absent)
    maple.do("UPDATE source SET automatic = true, next_due_at = '2026-11-23 08:00+00' WHERE source_id = %s", maple.source)
    maple.do("UPDATE run SET started_at = '2026-11-22 08:00+00' WHERE run_id = %s", run)
    start(stack, ROLLCALL_MAIL_CONSOLE_URL="https://console.example")
    maple.finished(run)
    (letter,) = mail.wait_for(1)
    assert letter.subject == "[Errors] Maple County: 2 new, 2 changed, 1 archived, 1 error, 12 warnings"
    text = re.sub(r" +", " ", letter.part("plain"))
    for line in (
        "Students 2 2 1 1 1",
        "Teachers – – – – 1",
        "Together 2 2 1 1 2",
        "- 1 class list entry added",
        "1 person is no longer in your SIS.",
        "archived from Mon, 23 Nov 2026 on",
        "- Classes: the source sent the same page twice",
        "1 error: people, first name",
        "12 warnings: people, e-mail",
        "u00, u01, u02, u03, u04, u05, u06, u07, u08, u09, u10, u11",
        "Read from your SIS: Sun, 22 Nov 2026, 02:00 (America/Chicago)",
        "Next sync: Mon, 23 Nov 2026, 02:00 (America/Chicago)",
        "https://console.example/districts/maple",
    ):
        assert line in text, f"{line!r} is missing:\n{text}"
    html = letter.part("html")
    assert "u99" in html and "https://console.example/districts/maple" in html


def test_lists_that_ended_are_told_though_nobody_joined_or_left(maple, stack, mail):
    run = maple.run()
    maple.add("user_list", source_id=maple.source, class_id="c1", title="Algebra", ended_on="2026-11-22", ended_run=run)
    account(maple, "create", run=run)
    start(stack)
    maple.finished(run)
    (letter,) = mail.wait_for(1)
    assert "- 1 class list ended with its term" in letter.part("plain")


def test_who_may_leave_is_counted_once_and_the_disabled_where_a_setting_asks_for_it(maple, stack, mail):
    """u1 is missing and was disabled; u2 is disabled at a school that archives, u3 at one that does not, u4 at both."""
    run = maple.run()
    schools = {"u1": ("s1",), "u2": ("s1",), "u3": ("s2",), "u4": ("s1", "s2")}
    for record, places in schools.items():
        who = account(maple, *(["create"] if record == "u1" else []), run=run)
        maple.add("account_link", source_id=maple.source, sourced_id=record, account_id=who)
        maple.add("disabled_record", source_id=maple.source, sourced_id=record, began_run=run, began_on="2026-11-20")
        for place in places:
            maple.add("account_role", account_id=who, role="student", source_id=maple.source, school_id=place, began_on="2026-09-01")
    maple.add("mirror_record", source_id=maple.source, collection="users", sourced_id="u1", first_run=run, last_run=run, present=False,
              absent_run=run, absent_on="2026-11-21")
    maple.add("setting", scope="school:s1", name="disabled-people", value='"archive"', set_by="x")
    start(stack)
    maple.finished(run)
    (letter,) = mail.wait_for(1)
    assert "2 people are no longer in your SIS" in re.sub(r"\s+", " ", letter.part("plain"))
    preview = stack.cli.json("mail", "preview", "-d", "maple", "--email", "owner@maple.example")["text"]
    assert "2 people are no longer in your SIS" in re.sub(r"\s+", " ", preview)


def test_a_district_without_owners_is_no_trouble(maple, stack):
    maple.do("UPDATE member SET removed_at = now()")
    worker = start(stack)
    maple.finished(maple.run())
    failed = maple.run("Failed")
    maple.finished(failed)
    worker.wait_for_event("mail.nobody")
    assert maple.rows() == []
    assert {event["run"] for event in worker.events("mail.nobody")} == {str(failed)}, "a result may have no reader"


@pytest.mark.parametrize(("wrong", "names"), [
    ({"ROLLCALL_MAIL_FOUND_AFTER": "5s"}, ("mail.found-after", "smtp.timeout")),
    *[({"ROLLCALL_MAIL_BOUNCE_ADDRESS": address}, ("mail.bounce-address", "local@domain"))
      for address in ("bounces", "a@b@x.example", "<a@x.example>", f"{'a' * 32}@x.example")],
])
def test_options_that_would_harm_mails_are_refused_at_the_start(stack, wrong, names):
    worker = stack.worker("notifier", None, **{**QUICK, **wrong}).start()
    assert worker.ended(180) == 78
    assert all(name in worker.log() for name in names)


def standing(maple, **columns):
    names = ", ".join(f"{name} = %s" for name in columns)
    maple.do(f"UPDATE member SET {names} WHERE member_id = %s", *columns.values(), maple.members[0])


@pytest.mark.parametrize(("column", "told"), [("stopped_at", 2), ("bounced_at", 0), ("verified_at", 2)])
def test_who_stopped_the_mails_gets_those_that_need_him_and_who_takes_none_gets_none(maple, stack, column, told):
    standing(maple, **{column: None if column == "verified_at" else "2026-11-01"})
    maple.member("second@maple.example")
    start(stack)
    for run in (maple.run(), maple.run("Failed"), maple.hold()):
        maple.finished(run)
    maple.wait_state("accepted", 3 + told)
    assert len(maple.rows(member_id=maple.members[0])) == told
    assert not any(row["optional"] for row in maple.rows(member_id=maple.members[0]))
    (row,) = stack.cli.json("member", "list", "-d", "maple")[:1]
    assert row["mails"] == {"stopped_at": "needed ones: stopped", "bounced_at": "none: the address bounced",
                            "verified_at": "needed ones: not verified"}[column]


def test_a_mail_that_was_planned_is_not_sent_to_an_address_that_bounced_since(maple, stack, mail):
    mail.fail_always("RCPT", "451 4.3.0 later")
    start(stack)
    maple.finished(maple.run())
    wait_until(lambda: any(row["attempts"] for row in maple.rows()), "it was tried")
    standing(maple, bounced_at="2026-11-01")
    (row,) = maple.wait_state("refused")
    mail.heal()
    assert row["smtp_reply"] == "not sent, the member's standing is: bounced" and mail.mails == []
    assert maple.all("SELECT * FROM alert") == [], "why is known already"
    stack.cli.run("member", "resume", "-d", "maple", "--email", "owner@maple.example").ok()
    maple.finished(maple.run())
    maple.wait_state("accepted")


# ---- what the mail server says ---------------------------------------------------------------------------------------------------------


def test_a_mail_that_is_to_come_later_is_tried_again(maple, stack, mail):
    mail.fail("RCPT", "451 4.3.0 later", "452 4.2.2 full")
    start(stack)
    maple.finished(maple.run())
    (row,) = maple.wait_state("accepted")
    assert row["attempts"] == 3
    assert len(mail.taken()) == 1


def test_once_the_owner_s_day_has_ended_it_is_refused_and_said(maple, stack, mail):
    mail.fail_always("RCPT", "451 4.3.0 later")
    start(stack, ROLLCALL_MAIL_TRY_FOR="1s")
    maple.finished(maple.run())
    wait_until(lambda: maple.rows() and maple.rows()[0]["attempts"] > 1, "it is tried", 30)
    assert maple.rows()[0]["state"] != "refused", "the day has not ended"
    maple.do("UPDATE mail SET local_day = local_day - 1")
    (row,) = maple.wait_state("refused")
    assert row["smtp_code"] == 451
    assert [alert["kind"] for alert in maple.all("SELECT * FROM alert")] == ["mail.refused"]


def test_a_refused_mail_is_not_tried_again_and_is_said(maple, stack, mail):
    mail.fail("RCPT", "550 5.1.1 no such person")
    maple.member("second@maple.example")
    start(stack)
    maple.finished(maple.run())
    maple.wait_state("accepted")
    (row,) = maple.wait_state("refused")
    assert (row["attempts"], row["smtp_code"]) == (1, 550)
    assert maple.one("SELECT message FROM alert") == f"a result mail to member {row['member_id']} was not delivered: the mail server answered 550"


def test_what_a_person_had_kept_as_it_is_is_counted(maple, stack, mail):
    maple.add("exclusion", node=f"r:{maple.source}:u1", reason="asked", set_by="owner")
    maple.add("exclusion", node=f"r:{maple.source}:u2", reason="over", set_by="owner", until="2020-01-01")
    account = maple.one("INSERT INTO account (district_id, family_name, origin) VALUES (%s, 'x', 'hand') RETURNING account_id", maple.id)
    maple.add("hand_person", account_id=account, reason="substitute", set_by="owner")
    start(stack)
    maple.finished(maple.run())
    (taken,) = mail.wait_for(1)
    assert "Kept as they are: 1 excluded person, 1 person added by hand" in taken.part("plain")


def test_a_mail_goes_out_again_once_a_person_wants_it(maple, stack, mail):
    mail.fail("RCPT", "550 5.7.1 not wanted today")  # about the mail: its address is not barred
    start(stack)
    maple.finished(maple.run())
    (row,) = maple.wait_state("refused")
    stack.cli.run("mail", "resend", row["mail_id"]).ok()
    (again,) = maple.wait_state("accepted")
    assert again["mail_id"] == row["mail_id"] and [taken.message_id for taken in mail.wait_for(1)] == [again["message_id"]]
    assert again["message_id"] != row["message_id"]


def test_an_address_that_is_none_harms_nobody_else(maple, stack, mail):
    maple.member("not an address")
    start(stack)
    maple.finished(maple.run())
    maple.wait_state("refused")
    maple.wait_state("accepted")


def test_a_mail_server_that_is_away_is_waited_for(maple, stack, mail):
    mail.stop()
    worker = start(stack)
    maple.finished(maple.run())
    maple.finished(maple.run())
    wait_until(lambda: any(row["attempts"] > 1 for row in maple.rows()), "it is tried again", 30)
    assert worker.admin.ready(), "messages are taken meanwhile"
    mail.start()
    maple.wait_state("accepted", 2)
    assert len(mail.taken()) == 2


def test_a_result_that_broke_after_the_dot_is_left_and_the_next_mail_names_it(maple, stack, mail):
    """M1"""
    mail.fail("DATA", "hang up")
    start(stack)
    maple.finished(maple.run())
    (row,) = maple.wait_state("unknown")
    maple.finished(maple.run())
    maple.wait_state("accepted")
    assert [letter.answered for letter in mail.mails] == [False, True]
    assert "may not have reached you" in mail.taken()[0].part("plain")
    assert row["subject"] in re.sub(r"\s+", " ", mail.taken()[0].part("plain"))
    maple.finished(maple.run())
    maple.wait_state("accepted", 2)
    assert "may not have reached you" not in mail.taken()[1].part("plain"), "once is enough"


def test_a_held_mail_that_broke_after_the_dot_is_sent_again_under_its_id(maple, stack, mail):
    """M1"""
    mail.fail("DATA", "hang up")
    start(stack)
    maple.finished(maple.hold())
    maple.wait_state("accepted")
    assert len(mail.mails) == 2
    assert len({letter.message_id for letter in mail.mails}) == 1


# ---- kills -------------------------------------------------------------------------------------------------------------------------------


def crash(maple, stack, point, run):
    """The notifier killed at a point, and another life of it that goes on."""
    worker = start(stack, ROLLCALL_FAULT=f"{point}:kill", ROLLCALL_STAGE_SESSION_TIMEOUT="6s")
    maple.finished(run)
    assert worker.ended(60) == -9
    maple.as_if_the_lease_ran_out()
    worker.set(ROLLCALL_FAULT=None).start().wait_ready()
    return worker


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "state", "seen"),
    [("notifier.planned", "accepted", 1), ("notifier.handed-over", "unknown", 0), ("notifier.sent", "unknown", 1)],
)
def test_a_result_mail_is_sent_at_most_once_wherever_it_is_killed(maple, stack, mail, point, state, seen):
    """M1"""
    run = maple.run()
    crash(maple, stack, point, run)
    maple.wait_state(state)
    maple.finished(run)
    maple.finished(maple.run())
    maple.wait_state("accepted", 2 if state == "accepted" else 1)
    assert len(maple.rows(about=str(run))) == 1
    assert len([letter for letter in mail.mails if str(maple.rows(about=str(run))[0]["mail_id"]) in letter.message_id]) == seen
    assert ("may not have reached you" in mail.taken()[-1].part("plain")) == (state == "unknown")


@pytest.mark.slow
@pytest.mark.parametrize(("point", "seen"), [("notifier.planned", 1), ("notifier.handed-over", 1), ("notifier.sent", 2)])
def test_a_held_mail_always_arrives_under_one_id(maple, stack, mail, point, seen):
    """M1"""
    crash(maple, stack, point, maple.hold())
    maple.wait_state("accepted")
    assert len(mail.taken()) == seen
    assert len({letter.message_id for letter in mail.taken()}) == 1


def test_a_sender_that_was_stopped_for_long_does_not_overwrite_what_others_decided(maple, stack, mail):
    """M1: found by another notifier while the first one is stopped between the row and the server."""
    first = start(stack, "first", ROLLCALL_FAULT="notifier.handed-over:stop")
    maple.finished(maple.run())
    maple.wait_state("handed over")
    maple.as_if_the_lease_ran_out()
    second = start(stack, "second")
    (row,) = maple.wait_state("unknown")
    first.resume()
    wait_until(lambda: len(mail.mails) == 1, "the first one goes on", 30)
    assert second.stop() == 0
    assert maple.rows()[0]["ended_at"] == row["ended_at"]
    assert len(mail.mails) == 1
