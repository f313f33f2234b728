"""The causes of schemas/sql/0046_causes against a real PostgreSQL: what stands in the tables is told once, again while it lasts, and its end where
that matters; then one of them from the scheduler's sweep to the mailbox."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from psycopg.rows import dict_row
from support.paths import ROOT
from support.process import wait_until
from support.stack import Stack

QUICK = {"ROLLCALL_SCHEDULER_CAUSES_EVERY": "100ms", "ROLLCALL_SCHEDULER_SILENT_AFTER": "1h"}


class Maple:
    """A district with an owner and a source."""

    def __init__(self, postgres, database):
        self.admin = postgres.connect("postgres", database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
        self.scheduler = postgres.connect("rollcall_scheduler", database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
        self.id = self.one("INSERT INTO district (slug, name, time_zone) VALUES ('maple', 'Maple County', 'UTC') RETURNING district_id")
        for connection in (self.admin, self.scheduler):
            connection.execute(f"SET rollcall.district = '{self.id}'")
        self.owner = self.member("owner@maple.example")
        self.source = self.one("INSERT INTO source (district_id, name, base_url, auth, first_sync) VALUES (%s, 'PowerSchool', "
                               "'http://sis.invalid', 'oauth2', false) RETURNING source_id", self.id)

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def do(self, query, *values):
        self.admin.execute(query, values)

    def member(self, email, role="owner"):
        return self.one("INSERT INTO member (district_id, email, role) VALUES (%s, %s, %s) RETURNING member_id", self.id, email, role)

    def run(self, state="Completed", **columns):
        names = "".join(f", {name}" for name in columns)
        return self.one(f"INSERT INTO run (district_id, source_id, state, phase, ready_at{names}) VALUES (%s, %s, %s, 'done', now()"
                        f"{', %s' * len(columns)}) RETURNING run_id", self.id, self.source, state, *columns.values())

    def hold(self, days):
        run = self.run("On hold")
        plan = self.one("INSERT INTO plan (district_id, run_id, source_id, hash, policy_version, planned_on, made_at) VALUES (%s, %s, %s, 'h', "
                        "1, current_date, now() - make_interval(days => %s)) RETURNING plan_id", self.id, run, self.source, days)
        self.do("INSERT INTO plan_item (district_id, plan_id, item_no, person, key, kind, cause, subject, role, hold) VALUES (%s, %s, 1, 1, 'k', "
                "'create', 'new', 'r:x', 'student', 'first sync')", self.id, plan)
        return run

    def tell(self):
        """As the sweep does; the kinds of the alerts that this made."""
        before = self.one("SELECT count(*) FROM alert")
        self.scheduler.execute("SELECT causes_tell('1 hour')")
        rows = self.admin.execute("SELECT kind FROM alert ORDER BY at, alert_id OFFSET %s", [before]).fetchall()
        return [row["kind"] for row in rows]

    def later(self, days):
        """As if all had been told so many days before."""
        self.do("UPDATE cause SET told_at = told_at - make_interval(days => %s)", days)


@pytest.fixture(name="maple")
def _maple(postgres, database):
    made = Maple(postgres, database)
    yield made
    made.admin.close()
    made.scheduler.close()


def test_a_quiet_district_has_no_cause(maple):
    assert maple.tell() == []


def test_a_decision_that_nobody_takes_is_reminded_of_and_then_goes_to_the_next(maple):
    run = maple.hold(days=1)
    assert maple.tell() == ["hold.waiting"]
    assert maple.tell() == [], "told is told"
    maple.later(3)
    assert maple.tell() == ["hold.waiting"], "again while it lasts"
    maple.do("UPDATE plan SET made_at = now() - interval '3 days'")
    assert maple.tell() == ["hold.unanswered"]
    assert maple.one("SELECT count(*) FROM alert WHERE thread = %s", f"run:{run}") == 3
    assert "3 days" in maple.one("SELECT message FROM alert WHERE kind = 'hold.unanswered'")
    maple.do("UPDATE plan_item SET decision = 'approved'")
    maple.later(30)
    assert maple.tell() == [], "it was decided"
    assert maple.one("SELECT count(*) FROM cause WHERE ended_at IS NULL") == 0


def test_a_source_that_comes_empty_is_told(maple):
    account = maple.one("INSERT INTO account (district_id) VALUES (%s) RETURNING account_id", maple.id)
    maple.do("INSERT INTO account_link (district_id, source_id, sourced_id, account_id) VALUES (%s, %s, 'u1', %s)", maple.id, maple.source, account)
    run = maple.run()
    maple.do("INSERT INTO run_collection (district_id, run_id, collection, sealed) VALUES (%s, %s, 'users', true)", maple.id, run)
    maple.do("INSERT INTO lane (district_id, run_id, source_id, collection, state, received) VALUES (%s, %s, %s, 'users', 'sealed', 1)",
             maple.id, run, maple.source)
    assert maple.tell() == []
    maple.do("UPDATE lane SET received = 0")
    assert maple.tell() == ["source.empty"]
    maple.do("UPDATE run_collection SET sealed = false, reason = 'its total moved'")
    maple.tell()
    assert maple.one("SELECT ended_at IS NOT NULL FROM cause"), "what was not read to its end is not empty"
    maple.do("UPDATE run_collection SET reason = 'the source answered with nothing'")
    maple.later(30)
    assert maple.tell() == ["source.empty"], "a list of pages is never sealed without anybody on it"
    maple.run(requested_at=datetime.now(UTC) + timedelta(days=1))  # the next one has no list of people
    maple.tell()
    assert maple.one("SELECT ended_at IS NOT NULL FROM cause")


@pytest.mark.parametrize(("spans", "told"), [
    ([], ["source.empty"]), (["{0:%m-%d}"], []), (["{0:%Y-%m-%d}/{1:%Y-%m-%d}"], []), (["{0:%m-%d}/{1:%m-%d}"], []), (["{1:%m-%d}/{1:%m-%d}"], ["source.empty"]),
    (["{1:%m-%d}", "{0:%m-%d}/{1:%m-%d}"], [])])
def test_an_empty_source_is_no_news_on_days_on_which_it_is_expected(maple, spans, told):
    today, tomorrow = maple.admin.execute("SELECT local_date('UTC') AS today, local_date('UTC') + 1 AS tomorrow").fetchone().values()
    account = maple.one("INSERT INTO account (district_id) VALUES (%s) RETURNING account_id", maple.id)
    maple.do("INSERT INTO account_link (district_id, source_id, sourced_id, account_id) VALUES (%s, %s, 'u1', %s)", maple.id, maple.source, account)
    maple.do("INSERT INTO run_collection (district_id, run_id, collection, sealed) VALUES (%s, %s, 'users', true)", maple.id, maple.run())
    maple.do("INSERT INTO setting (district_id, name, value, set_by) VALUES (%s, 'expected-empty', %s, 'kim')", maple.id,
             json.dumps([span.format(today, tomorrow) for span in spans]))
    assert maple.tell() == told


def test_a_district_that_clever_no_longer_lists_is_told(maple):
    maple.do("INSERT INTO clever_source (district_id, source_id, clever_district, state) VALUES (%s, %s, 'c1', 'waiting')", maple.id, maple.source)
    assert maple.tell() == []
    maple.do("UPDATE clever_source SET state = 'vanished'")
    assert maple.tell() == ["source.vanished"]


@pytest.mark.parametrize(("days", "told"), [(31, []), (30, ["credentials.expiring"]), (0, ["credentials.expiring"]), (-2, ["credentials.expiring"])])
def test_a_key_that_ends_is_told_from_a_month_before(maple, days, told):
    maple.do("UPDATE source SET credentials_expire_on = (now() AT TIME ZONE 'UTC')::date + %s", days)
    assert maple.tell() == told
    if told:
        assert ("ended on" if days < 0 else "ends on") in maple.one("SELECT message FROM alert")
    maple.later(2)
    assert maple.tell() == (told if days <= 7 else []), "daily in the last week"


def test_the_words_of_a_refused_key_are_those_that_fetchers_use():
    rows = (ROOT / "services/fetcher/trouble.c").read_text("utf-8")
    up = (ROOT / "schemas/sql/0046_causes.up.sql").read_text("utf-8")
    for words in re.search(r"\(the SIS refused.*?\)'", up).group()[1:-2].split("|"):
        assert words in re.sub(r'"\s*\n\s*"', "", rows)


def test_what_the_specialist_has_set_up_is_told_once(maple):
    maple.do("UPDATE source SET first_sync = true")
    maple.run("On hold")
    assert maple.tell() == [], "the district did it itself"
    maple.member("specialist@rollcall.example", "integration specialist")
    assert maple.tell() == ["setup.ready"]
    maple.later(400)
    assert maple.tell() == []


def test_a_pause_is_told_before_when_it_begins_and_when_it_ends(maple):
    def days(first, last):
        maple.do("DELETE FROM setting")
        maple.do("INSERT INTO setting (district_id, name, value, set_by) SELECT %s, 'blackout-dates', jsonb_build_array("
                 "(d.today + %s)::text || '/' || (d.today + %s)::text), 'x' FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) d",
                 maple.id, first, last)

    days(2, 5)
    assert maple.tell() == []
    days(1, 4)
    assert maple.tell() == ["pause.tomorrow"]
    days(0, 3)
    assert maple.tell() == ["pause.begun"]
    days(-5, -1)
    assert maple.tell() == ["pause.ended"]
    assert maple.tell() == []


def test_a_paused_district_is_told_and_its_going_on(maple):
    maple.do("UPDATE district SET paused_at = now(), paused_reason = 'the SIS is being moved'")
    assert maple.tell() == ["pause.begun"]
    assert "the SIS is being moved" in maple.one("SELECT message FROM alert")
    maple.do("UPDATE district SET paused_at = NULL")
    assert maple.tell() == ["pause.ended"]


@pytest.mark.parametrize("why", ["removed_at = now()", "bounced_at = now()", "role = 'viewer'"])
def test_a_district_without_an_owner_who_can_be_mailed_is_told(maple, why):
    maple.do("UPDATE member SET stopped_at = now(), verified_at = NULL")
    assert maple.tell() == [], "he gets what needs him"
    maple.do(f"UPDATE member SET {why}")
    assert "owner.unreachable" in maple.tell()
    maple.member("new@maple.example")
    maple.tell()
    assert maple.one("SELECT ended_at IS NOT NULL FROM cause WHERE kind = 'owner.unreachable'")


def test_an_address_that_bounces_is_told_without_the_address(maple):
    maple.do("UPDATE member SET bounced_at = now(), bounce_reply = '5.1.1'")
    assert "mail.bouncing" in maple.tell()
    message = maple.one("SELECT message FROM alert WHERE kind = 'mail.bouncing'")
    assert "5.1.1" in message and "@" not in message


def test_mails_that_stand_still_are_told(maple):
    maple.do("INSERT INTO mail (district_id, member_id, local_day, kind, message_id, subject, body_text, body_html, planned_at, due_at) "
             "VALUES (%s, %s, current_date, 'result', 'm', 's', 't', 'h', now() - interval '59 minutes', now())", maple.id, maple.owner)
    assert maple.tell() == []
    maple.do("UPDATE mail SET planned_at = now() - interval '61 minutes'")
    assert maple.tell() == ["mail.silent"]
    maple.do("UPDATE mail SET state = 'accepted'")
    maple.tell()
    assert maple.one("SELECT ended_at IS NOT NULL FROM cause")


def test_a_daily_mail_that_nobody_planned_is_told(maple):
    maple.do("UPDATE member SET digest = 'daily'")
    maple.do("UPDATE digest_reader SET due_at = now() - interval '59 minutes'")
    assert maple.tell() == []
    maple.do("UPDATE digest_reader SET due_at = now() - interval '61 minutes'")
    assert maple.tell() == ["mail.silent"]
    maple.do("UPDATE digest_reader SET due_at = now() + interval '1 day'")
    maple.tell()
    assert maple.one("SELECT ended_at IS NOT NULL FROM cause")


def test_a_cause_is_no_other_district_s(maple):
    maple.hold(days=1)
    maple.scheduler.execute("SET rollcall.district = '0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a01'")
    assert maple.tell() == []


# ---- from the sweep to the mailbox --------------------------------------------------------------------------------------------------


@pytest.fixture(name="stack")
def _stack(programs, tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis):
    made = Stack(tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis)
    if "rollcall.alert.raised.v1" not in made.kafka.topics():
        made.cli.run("topics", "apply").ok()
    try:
        yield made
        made.close()
    finally:
        made.kill()


def test_a_reminder_answers_the_mail_about_the_hold(maple, stack, mail):
    run = maple.hold(days=0)
    maple.do("INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent) VALUES (%s, %s, 'run.finished', 'k', jsonb_build_object("
             "'run', %s::text, 'source', %s::text, 'state', 'On hold'), trace_new())", maple.id, run, run, maple.source)
    stack.worker("notifier", ROLLCALL_MAIL_SEND_EVERY="100ms").start().wait_ready()
    scheduler = stack.worker("scheduler", **QUICK).start().wait_ready()
    (held,) = mail.wait_for(1)
    maple.do("UPDATE plan SET made_at = now() - interval '1 day'")
    reminder = mail.wait_for(2)[1]
    assert reminder.subject == "[Waits] Maple County: A sync has waited for your decision for 1 day"
    assert reminder.message["In-Reply-To"] == held.message_id
    wait_until(lambda: scheduler.admin.metrics().get('rollcall_causes{kind="hold.waiting"}') == 1, "it is told as a metric", 40)
