"""The daily digest against a real PostgreSQL, Kafka and mail server: one mail per person and local day over all their districts (M1)."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from psycopg.rows import dict_row
from support.process import wait_until
from test_notifier import QUICK, Owners, maple, stack, start  # noqa: F401 (fixtures)

pytestmark = pytest.mark.usefixtures("programs")


def reader_of(email):
    return sha256(email.lower().encode()).digest()


def choose(district, member, digest="daily", **columns):
    district.do(f"UPDATE member SET digest = %s{''.join(f', {name} = %s' for name in columns)} WHERE member_id = %s", digest, *columns.values(), member)


def due_now(district, seconds=-1):
    """As if the hour had come for everybody."""
    district.do("UPDATE digest_reader SET look_at = now() + %s * interval '1 s', due_at = now() + %s * interval '1 s'", seconds, seconds)


def wait_scheduled(district):
    return wait_until(lambda: district.one("SELECT min(due_at) FROM digest_reader HAVING bool_and(due_at > now())"), "the next digest is due some time")


def happened(district, kind="create", role="student", ago_hours=1.0, run=None, school="s1"):
    account = district.one("INSERT INTO account (district_id) VALUES (%s) RETURNING account_id", district.id)
    district.add("history", run_id=run or uuid.uuid4(), plan_id=uuid.uuid4(), kind=kind, account_id=account, cause="new", role=role, school=school,
                 on_date="2026-11-22", at=datetime.now(UTC) - timedelta(hours=ago_hours))
    return account


def second_district(stack, name, slug):
    """Another district of the same database."""
    made = Owners.__new__(Owners)
    made.stack = stack
    made.admin = stack.postgres.connect("postgres", stack.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
    made.id = made.one("INSERT INTO district (slug, name, time_zone) VALUES (%s, %s, 'UTC') RETURNING district_id", slug, name)
    made.do(f"SET rollcall.district = '{made.id}'")
    made.source = made.one("INSERT INTO source (district_id, name, base_url, auth) VALUES (%s, 'Skyward', 'http://sis.invalid', 'oauth2') "
                           "RETURNING source_id", made.id)
    made.members = []
    return made


# ---- when ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "hour", "zone", "last", "weekly", "expected"), [
    ("2026-11-23 12:00+00", 7, "America/Chicago", None, False, "2026-11-23 13:00+00"),
    ("2026-11-23 13:00+00", 7, "America/Chicago", None, False, "2026-11-24 13:00+00"),      # not the moment itself
    ("2026-11-23 12:00+00", 7, "America/Chicago", "2026-11-23", False, "2026-11-24 13:00+00"),  # this day has had one
    ("2026-11-23 12:00+00", 7, "America/Chicago", "2026-11-25", False, "2026-11-26 13:00+00"),  # after a move to the west
    ("2026-11-24 12:00+00", 7, "America/Chicago", None, True, "2026-11-30 13:00+00"),        # Mondays
    ("2026-11-23 12:00+00", 7, "America/Chicago", "2026-11-23", True, "2026-11-30 13:00+00"),
    ("2026-03-08 06:30+00", 2, "America/Chicago", None, False, "2026-03-08 08:00+00"),       # 02:00 is left out: 03:00
    ("2026-03-28 23:30+00", 2, "Europe/Berlin", None, False, "2026-03-29 01:00+00"),
    ("2026-11-01 05:00+00", 1, "America/Chicago", None, False, "2026-11-01 07:00+00"),       # 01:00 comes twice: once
    ("2026-11-01 07:00+00", 1, "America/Chicago", "2026-11-01", False, "2026-11-02 07:00+00"),
    ("2026-04-05 00:00+00", 0, "Asia/Beirut", "2026-04-05", False, "2026-04-05 21:00+00"),
    ("2026-03-28 12:00+00", 0, "Asia/Beirut", None, False, "2026-03-28 22:00+00"),           # midnight is left out: 01:00
    ("2026-11-23 12:00+00", 7, "Pacific/Kiritimati", None, False, "2026-11-23 17:00+00"),    # tomorrow there
    ("2026-11-23 12:00+00", 7, "Asia/Kathmandu", None, False, "2026-11-24 01:15+00"),
])
def test_the_hour_is_the_owner_s_clock_s(database, postgres, after, hour, zone, last, weekly, expected):
    with postgres.connect("postgres", database, options="-c search_path=rollcall -c timezone=UTC") as connection:
        (at,) = connection.execute("SELECT digest_time(%s::timestamptz, %s, %s, %s::date, %s)", [after, hour, zone, last, weekly]).fetchone()
        assert at == datetime.fromisoformat(expected)


@pytest.mark.parametrize("zone", ["America/Chicago", "Europe/Berlin", "Asia/Beirut", "Australia/Lord_Howe", "America/Havana"])
def test_every_day_of_a_year_has_one_digest_at_every_hour(database, postgres, zone):
    """Each found from the one before, over both changes of the clock."""
    with postgres.connect("postgres", database, options="-c search_path=rollcall -c timezone=UTC") as connection:
        for hour in (0, 1, 2, 3, 7, 23):
            (days, first, last) = connection.execute(
                "WITH RECURSIVE d (at, day) AS (SELECT digest_time('2026-01-01', %(h)s, %(z)s, NULL, false), "
                "    (digest_time('2026-01-01', %(h)s, %(z)s, NULL, false) AT TIME ZONE %(z)s)::date "
                "  UNION ALL SELECT n.at, (n.at AT TIME ZONE %(z)s)::date FROM d, LATERAL digest_time(d.at, %(h)s, %(z)s, d.day, false) n (at) "
                "  WHERE n.at < '2027-01-01') SELECT count(DISTINCT day), min(day), max(day) FROM d", {"h": hour, "z": zone}).fetchone()
            assert days == (last - first).days + 1 >= 364


def test_a_choice_is_looked_at_and_sends_nothing_before_its_hour(maple, stack, mail):
    choose(maple, maple.members[0], "weekly", digest_hour=6)
    start(stack)
    due = wait_scheduled(maple)
    local = maple.one("SELECT to_char(%s AT TIME ZONE 'America/Chicago', 'ID HH24:MI')", due)
    assert local == "1 06:00"
    maple.do("UPDATE district SET time_zone = 'Asia/Tokyo'")
    wait_until(lambda: maple.one("SELECT due_at FROM digest_reader") not in (None, due), "it is looked at again")
    choose(maple, maple.members[0], "off")
    maple.do("UPDATE digest_reader SET look_at = now()")
    wait_until(lambda: maple.one("SELECT count(*) FROM digest_reader") == 0, "nobody has a digest")
    assert maple.rows() == []


# ---- what --------------------------------------------------------------------------------------------------------------------------------


def test_a_digest_tells_what_stands_in_the_tables(maple, stack, mail):
    maple.do("UPDATE source SET automatic = true, next_due_at = '2026-11-24 08:00+00'")
    run = maple.hold(3)
    maple.do("UPDATE plan SET made_at = '2026-11-20 12:00+00'")
    for _ in range(2):
        happened(maple)
    gone = happened(maple, "archive")
    happened(maple, "create", ago_hours=30)
    happened(maple, "link", "teacher")
    maple.add("finding", run_id=run, collection="users", sourced_id="u99", field="givenName", rule="users.givenName.missing", severity="error",
              message="givenName has no value. Enter it in the source.")
    maple.add("setting", scope="", name="archive-students", value='"archive"', set_by="x")
    maple.add("mirror_record", source_id=maple.source, collection="users", sourced_id="u7", first_run=run, last_run=run, present=False,
              absent_run=run, absent_on=maple.one("SELECT (now() AT TIME ZONE 'America/Chicago')::date - 1"))
    maple.add("account_link", source_id=maple.source, sourced_id="u7", account_id=gone)
    pinned = maple.one("INSERT INTO account (district_id, given_name, email) VALUES (%s, 'Zebulon', 'z@x.example') RETURNING account_id", maple.id)
    maple.add("account_link", source_id=maple.source, sourced_id="u8", account_id=pinned)
    maple.add("mirror_record", source_id=maple.source, collection="users", sourced_id="u8", first_run=run, last_run=run,
              body='{"givenName": "Quentin", "email": "z@x.example"}')
    for field in ("given_name", "email"):
        maple.add("pin", account_id=pinned, field=field, reason="r", set_by="x")
    maple.add("exclusion", node=f"a:{gone}", reason="r", set_by="x")
    choose(maple, maple.members[0])
    address = ("-d", "maple", "--email", "Owner@maple.example")
    preview = stack.cli.json("mail", "preview", *address)
    page = stack.cli.run("mail", "preview", *address, "--html").ok().out.strip()
    due_now(maple)
    start(stack)
    (letter,) = mail.wait_for(1)
    assert letter.subject == preview["subject"] == "[On hold] Maple County: 3 wait for your decision, 2 new, 0 changed, 1 archived, 1 error"
    assert letter.part("plain").replace("\r\n", "\n").strip() == preview["text"].strip(), "a preview is the mail"
    assert page == letter.part("html").replace("\r\n", "\n").strip()
    assert stack.cli.run("mail", "preview", *address, "--run", "latest").ok().out.startswith("Subject: [On hold] Maple County: 3 new people")
    assert len(maple.rows()) == 1
    text = re.sub(r"\s+", " ", letter.part("plain"))
    for line in (
        "- 3 students to create, since Fri, 20 Nov ID in your SIS: u0, u1, u2",
        "New Changed Archived Skipped Held Failed Students 2 – 1 – 3 – the day before 1 – – – – – Teachers – – – 1 – –",
        "- 1 from",
        "on, in 2 days",
        "1 error: people, first name",
        "ID in your SIS: u99",
        "PowerSchool: data of",
        "next sync Tue, 24 Nov, 02:00",
        "2 pinned fields, of which 1 differs from your SIS: first name of u8",
        "1 excluded person",
        "rollcall finding list --district maple",
        "America/Chicago",
    ):
        assert line in text, f"{line!r} is missing:\n{text}"
    assert "Zebulon" not in str(letter.content) and "Quentin" not in str(letter.content)
    (row,) = maple.rows()
    assert (row["kind"], row["held"], row["optional"], row["local_day"]) == ("digest", False, True, maple.one(
        "SELECT (now() AT TIME ZONE 'America/Chicago')::date"))


def test_a_digest_names_fifty_records_of_all_that_was_held_or_not_read(maple, stack, mail):
    run = maple.hold(60)
    for number in range(60):
        maple.add("finding", run_id=run, collection="users", sourced_id=f"bad{number:02}", field="givenName", rule="users.givenName.missing",
                  severity="error", message="givenName has no value. Enter it in the source.")
    maple.add("finding", run_id=run, collection="users", sourced_id="odd", field="email", rule="users.email.malformed", severity="warning",
              message="email is not in a form that can be read. Correct it in the source.")
    choose(maple, maple.members[0])
    due_now(maple)
    start(stack)
    (letter,) = mail.wait_for(1)
    text = letter.part("plain")
    held, bad, odd = (len(re.findall(rf"\b{word}\b", text)) for word in (r"u\d+", r"bad\d+", "odd"))
    assert (held + bad + odd, odd) == (50, 1) and {held, bad} == {24, 25}
    assert "and 36 more" in text and "and 35 more" in text
    assert len(letter.content) < 100_000


def test_one_mail_tells_of_all_districts_of_a_person_and_the_next_begins_where_it_ended(maple, stack, mail):
    oak = second_district(stack, "Oak Union", "oak")
    oak_member = oak.member("Owner@Maple.example", "district manager", zone="Asia/Tokyo")
    choose(maple, maple.members[0])
    choose(oak, oak_member)
    happened(maple)
    happened(oak, "archive")
    due_now(maple)
    start(stack)
    (letter,) = mail.wait_for(1)
    assert letter.subject == "[OK] 2 districts: 1 new, 0 changed, 1 archived, 0 errors"
    assert "== Maple County ==" in letter.part("plain") and "== Oak Union ==" in letter.part("plain")
    assert "America/Chicago" in letter.part("plain"), "the zone is that of the district that added the person first"
    told = maple.all("SELECT told_from, told_to FROM digest_member")
    assert len({row["told_to"] for row in told}) == 1
    assert maple.one("SELECT last_day FROM digest_reader WHERE reader = %s", reader_of("owner@maple.example")) == maple.rows()[0]["local_day"]
    # The next day: what was told is the day before now.
    maple.do("UPDATE mail SET local_day = local_day - 1")
    maple.do("UPDATE digest_reader SET last_day = last_day - 1")
    happened(maple, "create", ago_hours=0)
    due_now(maple)
    mail.wait_for(2)
    assert mail.taken()[1].subject == "[OK] 2 districts: 1 new, 0 changed, 0 archived, 0 errors"
    assert "the day before" in mail.taken()[1].part("plain")
    oak.admin.close()


def test_who_wants_problems_alone_hears_of_nothing_else(maple, stack, mail):
    choose(maple, maple.members[0], "only problems")
    happened(maple)
    due_now(maple)
    start(stack)
    wait_scheduled(maple)
    assert maple.rows() == []
    maple.run("Failed", failure="users could not be read: no")
    due_now(maple)
    (letter,) = mail.wait_for(1)
    assert letter.subject.startswith("[Failed] Maple County: 1 sync failed")


def test_results_go_to_those_who_want_every_run_and_failures_to_all(maple, stack, mail):
    choose(maple, maple.members[0], "off")
    each = maple.member("each@maple.example")
    start(stack)
    maple.finished(maple.run())
    maple.wait_state("accepted")
    failed = maple.run("Failed")
    maple.finished(failed)
    maple.wait_state("accepted", 3)
    assert [row["member_id"] for row in maple.rows() if row["about"] != str(failed)] == [each]
    assert len(maple.rows(about=str(failed))) == 2


def test_who_has_named_schools_reads_of_those_alone(maple, stack, mail):
    member = maple.member("school@maple.example", "school administrator")
    maple.add("member_scope", member_id=member, source_id=maple.source, school_id="s2")
    run = maple.hold(3)
    maple.do("UPDATE plan_item SET school = CASE item_no WHEN 1 THEN 's2' ELSE 's1' END")
    for school in ("s1", "s1", "s2"):
        happened(maple, school=school)
    for number, school in enumerate(("s1", "s2")):
        account = maple.one("INSERT INTO account (district_id) VALUES (%s) RETURNING account_id", maple.id)
        maple.add("account_role", account_id=account, role="student", source_id=maple.source, school_id=school, began_on="2026-08-01")
        maple.add("account_link", source_id=maple.source, sourced_id=f"x{number}", account_id=account)
        maple.add("finding", run_id=run, collection="users", sourced_id=f"x{number}", field="email", rule="users.email.malformed",
                  severity="error", message="email is not in a form that can be read. Correct it in the source.")
    choose(maple, member)
    due_now(maple)
    start(stack)
    (letter,) = mail.wait_for(1)
    assert letter.recipients == ["school@maple.example"]
    assert letter.subject == "[On hold] Maple County: 1 waits for your decision, 1 new, 0 changed, 0 archived, 1 error"
    text = letter.part("plain")
    assert "(1 school)" in text and "u1" in text and "x1" in text
    assert not re.search(r"\bu0\b|\bu2\b|\bx0\b", text)


def test_who_stopped_the_mails_or_was_removed_gets_no_digest(maple, stack):
    stopped = maple.member("stopped@maple.example")
    for member in (maple.members[0], stopped):
        choose(maple, member)
    maple.do("UPDATE member SET stopped_at = now() WHERE member_id = %s", stopped)
    maple.do("UPDATE member SET removed_at = now() WHERE member_id = %s", maple.members[0])
    assert maple.one("SELECT count(*) FROM digest_member") == 1
    due_now(maple)
    start(stack)
    wait_until(lambda: maple.one("SELECT count(*) FROM digest_reader WHERE due_at > now()") == 1, "the other one is planned")
    assert maple.rows() == []


@pytest.mark.parametrize("allowed", [None, "true"])
def test_pupil_data_is_attached_where_the_district_allows_it(maple, stack, mail, allowed):
    if allowed:
        maple.add("setting", scope="", name="pupil-data-in-mail", value=allowed, set_by="x")
    run = maple.run()
    account = happened(maple, "update")
    maple.do("UPDATE history SET field = 'given_name', old_value = '=cmd|x', new_value = 'Zebulon, jr.' WHERE account_id = %s", account)
    maple.add("account_link", source_id=maple.source, sourced_id="u7", account_id=account)
    maple.add("finding", run_id=run, collection="users", sourced_id="u9", field="email", rule="users.email.malformed", severity="error",
              message="email is not in a form that can be read. Correct it in the source.")
    choose(maple, maple.members[0])
    due_now(maple)
    start(stack)
    (letter,) = mail.wait_for(1)
    files = {part.get_filename(): part.get_content() for part in letter.message.iter_attachments()}
    assert "[Errors] Maple County" in letter.subject and "Zebulon" not in letter.part("plain") + letter.part("html")
    if not allowed:
        assert files == {} and maple.one("SELECT count(*) FROM mail_attachment") == 0
        return
    assert sorted(files) == ["changes-maple.csv", "findings-maple.csv"]
    head, row, *_ = files["changes-maple.csv"].splitlines()
    assert head == "at,change,role,school,id_in_sis,field,from,to,cause"
    assert row.endswith(""",update,student,s1,u7,given_name,"'=cmd|x","Zebulon, jr.",new""")
    assert files["findings-maple.csv"].splitlines()[1].startswith("error,users,u9,email,")


def districts_with_changes(stack, maple, *others):
    """One person's districts; each has a change of its own name."""
    made = [maple, *(second_district(stack, name, name) for name in others)]
    for district in made:
        if district is not maple:
            district.member("Owner@maple.example")
        choose(district, district.one("SELECT member_id FROM member WHERE district_id = %s", district.id))
        slug = district.one("SELECT slug FROM district WHERE district_id = %s", district.id)
        account = happened(district, "update")
        district.do("UPDATE history SET field = 'given_name', new_value = %s WHERE account_id = %s", f"value of {slug}", account)
    return made


def allow(district):
    district.add("setting", scope="", name="pupil-data-in-mail", value="true", set_by="x")


def files_of(letter):
    return {part.get_filename(): part.get_content() for part in letter.message.iter_attachments()}


def test_a_digest_of_several_districts_brings_what_each_of_them_allows(maple, stack, mail):
    _, oak, elm = districts_with_changes(stack, maple, "oak", "elm")
    allow(oak)
    allow(elm)
    due_now(maple)
    start(stack)
    (letter,) = mail.wait_for(1)
    files = files_of(letter)
    assert sorted(files) == ["changes-elm.csv", "changes-oak.csv"], "maple did not allow it"
    for slug in ("elm", "oak"):
        assert f"value of {slug}" in files[f"changes-{slug}.csv"] and "value of maple" not in files[f"changes-{slug}.csv"]
    assert "Not attached" not in letter.part("plain") and "value of" not in letter.part("plain")
    stored = maple.all("SELECT district_id, mail_district, name FROM mail_attachment ORDER BY name")
    assert [(row["district_id"], row["mail_district"]) for row in stored] == [(elm.id, maple.id), (oak.id, maple.id)]
    oak.admin.close()
    elm.admin.close()


def test_what_would_make_a_digest_too_large_is_left_out_and_named(maple, stack, mail):
    _, oak = districts_with_changes(stack, maple, "oak")
    for district in (maple, oak):
        allow(district)
    due_now(maple)
    start(stack, ROLLCALL_MAIL_ATTACHMENTS_MAX="200")
    (letter,) = mail.wait_for(1)
    assert sorted(files_of(letter)) == ["changes-maple.csv"]
    text = re.sub(r"\s+", " ", letter.part("plain"))
    assert "This mail would have grown too large with changes-oak.csv." in text
    oak.admin.close()


def test_of_many_that_a_digest_leaves_out_twenty_are_named(maple, stack, mail):
    made = districts_with_changes(stack, maple, *(f"oak{number:02}" for number in range(22)))
    for district in made:
        allow(district)
    due_now(maple)
    start(stack, ROLLCALL_MAIL_ATTACHMENTS_MAX="1")
    (letter,) = mail.wait_for(1)
    (named,) = re.findall(r"grown too large with (.*?)\. Whoever", re.sub(r"\s+", " ", letter.part("plain")))
    assert len(re.findall(r"changes-[a-z0-9]+\.csv", named)) == 20 and named.endswith(" and 3 more")
    for district in made[1:]:
        district.admin.close()


# ---- once -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("point", "state", "seen"), [("notifier.planned", "accepted", 1), ("notifier.handed-over", "unknown", 0),
                                                      ("notifier.sent", "unknown", 1)])
def test_a_digest_is_not_sent_twice_and_the_next_says_so(maple, stack, mail, point, state, seen):
    """M1"""
    choose(maple, maple.members[0])
    due_now(maple)
    worker = stack.worker("notifier", None, **QUICK, ROLLCALL_FAULT=f"{point}:kill").start()
    assert worker.ended(180) == -9
    maple.as_if_the_lease_ran_out()
    worker.set(ROLLCALL_FAULT=None).start().wait_ready()
    maple.wait_state(state)
    assert len(mail.mails) == seen
    maple.do("UPDATE mail SET local_day = local_day - 1")
    maple.do("UPDATE digest_reader SET last_day = last_day - 1")
    due_now(maple)
    mail.wait_for(seen + 1)
    assert ("may not have reached you" in mail.taken()[-1].part("plain")) == (state == "unknown")


def test_two_notifiers_share_the_digests(maple, stack, mail):
    for number in range(120):
        choose(maple, maple.member(f"owner{number}@maple.example"))
    workers = [start(stack, label) for label in ("first", "second")]
    wait_scheduled(maple)
    due_now(maple)
    maple.wait_state("accepted", 120, 120)
    assert len(maple.rows()) == 120
    assert len({tuple(letter.recipients) for letter in mail.mails}) == len(mail.mails) == 120
    wait_until(lambda: sum(len(worker.events("mail.planned")) for worker in workers) == 120, "each was planned once, and is in the log")


def test_a_digest_that_cannot_be_written_keeps_nobody_from_his(maple, stack, mail):
    broken = maple.member("broken@maple.example", zone="Nowhere/Land")
    for member in (broken, maple.members[0]):
        choose(maple, member)
    due_now(maple)
    maple.do("UPDATE digest_reader SET look_at = look_at - interval '1 minute' WHERE reader = %s", reader_of("broken@maple.example"))
    worker = start(stack, ROLLCALL_MAIL_PARALLEL="1")
    assert [letter.recipients for letter in mail.wait_for(1)] == [["owner@maple.example"]]
    worker.wait_for_event("mail.digest-failed")
    (event,) = worker.events("mail.digest-failed")
    assert str(broken) in str(event) and "maple.example" not in str(event)
    assert maple.one("SELECT due_at < now() AND look_at > now() + interval '50 minutes' FROM digest_reader WHERE reader = %s",
                     reader_of("broken@maple.example")), "its turn comes again"


def test_a_digest_waits_while_a_plan_is_being_applied(maple, stack, mail):
    choose(maple, maple.members[0])
    with maple.admin.transaction():
        maple.do("SELECT pg_advisory_xact_lock(hashtextextended('rollcall plan ' || %s, 0))", str(maple.id))
        due = second_district(stack, "Oak Union", "oak")  # another connection
        due_now(due)
        start(stack)
        wait_until(lambda: due.one("SELECT look_at > now() FROM digest_reader"), "it is put off")
        assert due.rows() == []
    due_now(due)
    mail.wait_for(1)
    due.admin.close()
