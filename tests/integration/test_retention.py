"""What goes when its time is over and what stays however old it is (schemas/sql/0009_operation); the removal of a district. Every call
is made under the program's own role."""

import psycopg
import pytest
from psycopg.rows import dict_row

OLD = "now() - interval '1000 days'"
DETAILS = ("stage_record", "batch_ledger", "page_ledger", "lane_page", "finding", "lane", "run_collection", "plan_item", "plan_person", "dead_letter",
           "alert", "history", "verify_person", "seal", "clever_run")
RULES = ("stage", "pages", "findings", "runs", "plans", "mails", "dead-letters", "alerts", "history", "audit")


class Past:
    """A district with runs of long ago, each with a row of every kind."""

    def __init__(self, postgres, database, slug):
        self.postgres, self.database, self.slug = postgres, database, slug
        self.admin = self._connect("postgres")
        self.id = self.one("INSERT INTO district (slug, name) VALUES (%s, %s) RETURNING district_id", slug, slug)
        self.admin.execute(f"SET rollcall.district = '{self.id}'")
        self.source = self.one("INSERT INTO source (district_id, name, base_url, auth) VALUES (tenant(), 'sis', 'http://sis.invalid', 'oauth2') "
                               "RETURNING source_id")
        self.account = self.one("INSERT INTO account (district_id, username) VALUES (tenant(), 'x') RETURNING account_id")

    def _connect(self, role):
        return self.postgres.connect(role, self.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)

    def by(self, program):
        connection = self._connect(f"rollcall_{program}")
        connection.execute(f"SET rollcall.district = '{self.id}'")
        return connection

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def do(self, query, *values):
        self.admin.execute(query, values)

    def count(self, table, run=None):
        where = " AND run_id = %s" if run else ""
        return self.one(f"SELECT count(*) FROM {table} WHERE district_id = tenant(){where}", *([run] if run else []))

    def run(self, state="Completed"):
        """A run that ended long ago, and what it left behind."""
        run = self.one(f"INSERT INTO run (district_id, source_id, state, phase, requested_at, started_at, finished_at) VALUES (tenant(), %s, %s, 'done', "
                       f"{OLD}, {OLD}, {OLD}) RETURNING run_id", self.source, state)
        plan = self.one(f"INSERT INTO plan (district_id, run_id, source_id, state, hash, policy_version, planned_on, made_at, closed_at) "
                        f"VALUES (tenant(), %s, %s, 'applied', 'h', 1, '2020-01-01', {OLD}, {OLD}) RETURNING plan_id", run, self.source)
        for query in (
            "INSERT INTO run_collection (district_id, run_id, collection) VALUES (tenant(), %(run)s, 'users'), (tenant(), %(run)s, 'verify')",
            "INSERT INTO verify_person (district_id, run_id, place, sourced_id) VALUES (tenant(), %(run)s, 0, 'u')",
            "INSERT INTO clever_run (district_id, run_id) VALUES (tenant(), %(run)s)",
            "SELECT seal_write(c, 0, true, NULL) FROM run_collection c WHERE c.run_id = %(run)s AND c.collection = 'users'",
            "INSERT INTO lane (district_id, run_id, source_id, collection, state) VALUES (tenant(), %(run)s, %(source)s, 'users', 'sealed')",
            "INSERT INTO lane_page (district_id, run_id, collection, pass, lane, place, page_id, digest, cursor, records) "
            "VALUES (tenant(), %(run)s, 'users', 1, 0, 0, 'p', 'd', '0', 1)",
            "INSERT INTO page_ledger (district_id, run_id, page_id, normalizer_version) VALUES (tenant(), %(run)s, 'p', '1')",
            "INSERT INTO batch_ledger (district_id, run_id, page_id, normalizer_version, part, parts, collection, pass, partition, kafka_offset) "
            "VALUES (tenant(), %(run)s, 'p', '1', 1, 1, 'users', 1, 0, 0)",
            "INSERT INTO stage_record (district_id, run_id, page_id, normalizer_version, part, collection, place, sourced_id) "
            "VALUES (tenant(), %(run)s, 'p', '1', 1, 'users', 0, 'u')",
            "INSERT INTO finding (district_id, run_id, collection, rule, severity, message) VALUES (tenant(), %(run)s, 'users', 'r', 'error', 'm')",
            "INSERT INTO plan_person (district_id, plan_id, person) VALUES (tenant(), %(plan)s, 0)",
            "INSERT INTO plan_item (district_id, plan_id, item_no, person, key, kind, subject, cause) "
            "VALUES (tenant(), %(plan)s, 0, 0, 'k', 'create', 's', 'new')",
            f"INSERT INTO history (district_id, run_id, plan_id, kind, account_id, cause, on_date, at) "
            f"VALUES (tenant(), %(run)s, %(plan)s, 'create', %(account)s, 'new', '2020-01-01', {OLD})",
            f"INSERT INTO alert (district_id, run_id, kind, message, at) VALUES (tenant(), %(run)s, 'x', 'm', {OLD})",
            f"INSERT INTO mail (district_id, member_id, local_day, kind, about, state, message_id, subject, body_text, body_html, planned_at, ended_at) "
            f"VALUES (tenant(), gen_random_uuid(), '2020-01-01', 'result', %(run)s::text, 'accepted', 'i', 's', 't', 'h', {OLD}, {OLD})",
        ):
            self.admin.execute(query, {"run": run, "source": self.source, "plan": plan, "account": self.account})
        self.letter(run, "replayed")
        return run, plan

    def letter(self, run, state):
        number = self.one("SELECT count(*) FROM dead_letter")
        self.do(f"INSERT INTO dead_letter (district_id, run_id, topic, partition, kafka_offset, origin_topic, origin_partition, origin_offset, stage, "
                f"stage_version, error_class, error, state, closed_at) VALUES (tenant(), %s, 'dead.letter', 0, %s, 'page.fetched', 0, %s, 'normalizer', "
                f"'1', 'reject', 'x', %s, {OLD})", run, number, number, state)

    def apply(self, *what, days=90, program="scheduler", limit=1000, dry=False):
        """The rules, as that program applies them; how many rows each took."""
        with self.by(program) as connection:
            return {rule: connection.execute("SELECT retention_apply(%s, now() - make_interval(days => %s), %s, %s) AS n",
                                             [rule, days, limit, dry]).fetchone()["n"] for rule in what or RULES}

    def details(self, run, plan):
        """The tables that still have rows of the run."""
        found = {table for table in DETAILS if not table.startswith("plan_") and self.count(table, run)}
        return found | {table for table in ("plan_item", "plan_person")
                        if self.one(f"SELECT count(*) FROM {table} WHERE district_id = tenant() AND plan_id = %s", plan)}


@pytest.fixture
def past(postgres, database):
    made = Past(postgres, database, "maple")
    yield made
    made.admin.close()


def test_the_details_of_old_runs_go_and_their_own_rows_stay(past):
    run, plan = past.run()
    past.run()  # a newer plan: nothing inherits from the first
    past.do("UPDATE plan SET made_at = now() - interval '999 days' WHERE plan_id <> %s", plan)
    taken = past.apply()
    assert taken["pages"] == 6 and taken["findings"] == 2 and taken["mails"] == 2
    assert past.details(run, plan) == set()
    assert past.count("run") == 2 and past.count("plan") == 2 and past.count("account") == 1 and past.count("mail") == 2
    assert past.one("SELECT count(*) FROM mail WHERE body_text || body_html || subject <> ''") == 0
    assert sum(past.apply().values()) == 0, "a second time nothing is left"


def test_who_was_asked_for_by_id_goes_with_the_stage(past):
    run, _ = past.run()
    assert past.apply("stage") == {"stage": 2}
    assert past.count("verify_person") == past.count("stage_record") == 0 and past.count("seal", run) == 1


def test_of_what_was_picked_up_the_last_zip_is_always_known(past):
    zips = past.one("INSERT INTO source (district_id, name, kind) VALUES (tenant(), 'zips', 'oneroster-csv') RETURNING source_id")
    for name, mtime, outcome in (("a", 1, "taken"), ("b", 2, "same"), ("c", 3, "taken"), ("d", 4, "refused")):
        past.do(f"INSERT INTO pickup_file (district_id, source_id, name, bytes, mtime, outcome, taken_at) VALUES (tenant(), %s, %s, 1, %s, %s, {OLD})",
                zips, name, mtime, outcome)
    assert past.apply("runs") == {"runs": 2}
    assert past.one("SELECT string_agg(name, '' ORDER BY name) FROM pickup_file") == "cd"


def test_links_go_with_the_texts_of_their_mail(past):
    for _ in range(2):
        past.run()
    young = past.one("UPDATE mail SET ended_at = now() WHERE mail_id = (SELECT mail_id FROM mail LIMIT 1) RETURNING mail_id")
    past.do("INSERT INTO mail_link (district_id, mail_id, token_digest) SELECT district_id, mail_id, sha256(uuid_send(mail_id)) FROM mail")
    assert past.apply("mails") == {"mails": 2}, "a text and a link"
    assert past.one("SELECT mail_id FROM mail_link") == young


def test_what_is_young_stays(past):
    run, plan = past.run()
    past.do("UPDATE run SET finished_at = now() - interval '10 days'")
    past.do("UPDATE mail SET ended_at = now() - interval '10 days'")
    past.do("UPDATE dead_letter SET closed_at = now() - interval '10 days'")
    past.apply("stage", "pages", "findings", "runs", "plans", "mails", "dead-letters", "alerts", "history")
    assert past.details(run, plan) == set(DETAILS)
    assert past.one("SELECT body_text FROM mail") == "t"


@pytest.mark.parametrize("needed", ("active", "parked", "not ended", "open plan", "open dead letter", "undo"))
def test_what_a_person_or_a_program_still_needs_stays_however_old(past, needed):
    run, plan = past.run()
    past.run()
    past.do("UPDATE plan SET made_at = now() - interval '999 days' WHERE plan_id <> %s", plan)
    match needed:
        case "active":
            past.do("UPDATE source SET active_run = %s", run)
        case "parked":
            past.do("UPDATE run SET parked = true, finished_at = NULL, phase = 'fetching', state = 'Paused' WHERE run_id = %s", run)
        case "not ended":
            past.do("UPDATE run SET finished_at = NULL, phase = 'planned', state = 'On hold' WHERE run_id = %s", run)
        case "open plan":
            past.do("UPDATE plan SET state = 'open', closed_at = NULL WHERE plan_id = %s", plan)
        case "open dead letter":
            past.letter(run, "open")
        case "undo":
            past.do("INSERT INTO undo (district_id, run_id, requested_by) VALUES (tenant(), %s, 'somebody')", run)
    past.do("DELETE FROM dead_letter WHERE run_id = %s AND state <> 'open'", run)
    past.apply()
    kept = set(DETAILS) - ({"dead_letter"} if needed != "open dead letter" else set())
    assert past.details(run, plan) == kept


def test_the_plans_that_the_next_one_inherits_from_keep_their_items(past):
    run, plan = past.run()
    past.do("UPDATE plan SET state = 'discarded' WHERE plan_id = %s", plan)
    newer, newest = past.run()
    past.do("UPDATE plan SET made_at = now() - interval '999 days' WHERE plan_id = %s", newest)
    past.apply("plans")
    assert past.details(run, plan) >= {"plan_item"}, "what a discarded plan held is held again by key (P5)"
    assert past.details(newer, newest) >= {"plan_item"}, "decisions and holds go on from the newest plan (P3)"


def test_a_mail_that_waits_or_is_still_to_be_named_keeps_its_text(past):
    for state in ("planned", "handed over", "unknown"):
        past.run()
        past.do("UPDATE mail SET state = %s WHERE state = 'accepted'", state)
    assert past.apply("mails")["mails"] == 0
    past.do("UPDATE mail SET told_in = gen_random_uuid() WHERE state = 'unknown'")
    assert past.apply("mails")["mails"] == 1


def test_history_of_neither_run_nor_act_goes_by_its_age(past):
    for at in (OLD, "now()"):
        past.do(f"INSERT INTO history (district_id, kind, account_id, cause, on_date, at) VALUES (tenant(), 'create', %s, 'imported', '2020-01-01', {at})", past.account)
    assert past.apply("history") == {"history": 1} and past.count("history") == 1


def test_an_act_that_nobody_decided_about_is_discarded_and_what_it_was_made_of_goes(past):
    for state, at in (("open", OLD), ("open", "now()"), ("approved", OLD)):
        act = past.one(f"INSERT INTO act (district_id, kind, state, reason, made_by, made_at) VALUES (tenant(), 'archive', %s, 'r', 'kim', {at}) RETURNING act_id", state)
        past.do("INSERT INTO act_item (district_id, act_id, item_no, kind, account_id) VALUES (tenant(), %s, 0, 'archive', %s)", act, past.account)
    past.apply("plans")
    past.apply("plans")
    rows = past.admin.execute("SELECT state, decided_by, EXISTS (SELECT FROM act_item i WHERE i.act_id = a.act_id) AS kept FROM act a ORDER BY state, made_at").fetchall()
    assert [tuple(row.values()) for row in rows] == [("approved", None, True), ("discarded", "retention", False), ("open", None, True)]


def test_a_step_is_bounded_and_a_dry_one_takes_nothing(past):
    for _ in range(3):
        past.run()
    assert past.apply("findings", dry=True, limit=1)["findings"] == 3
    assert past.count("finding") == 3
    assert past.apply("findings", limit=2)["findings"] == 2
    assert past.apply("findings", limit=2)["findings"] == 1


def test_no_other_district_is_touched(past, postgres, database):
    other = Past(postgres, database, "oak")
    other.run()
    past.run()
    past.apply()
    assert other.count("finding") == 1 and past.count("finding") == 0
    other.admin.close()


def test_the_scheduler_may_not_delete_by_itself(past):
    past.run()
    with past.by("scheduler") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM finding")
    with past.by("notifier") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT retention_apply('findings', now(), 1)")


def test_a_time_in_the_future_is_refused(past):
    with pytest.raises(psycopg.errors.RaiseException, match="future"):
        past.apply("findings", days=-1)


# ---- the removal of a district ----------------------------------------------------------------------------------------------------------


def purge(past, limit=2):
    """All steps, as the command line tool takes them: table → rows."""
    taken = {}
    with past.by("cli") as connection:
        while rows := connection.execute("SELECT * FROM purge_step(%s)", [limit]).fetchall():
            assert all(row["rows"] <= limit for row in rows)
            for row in rows:
                taken[row["place"]] = taken.get(row["place"], 0) + row["rows"]
    return taken


def test_a_removed_district_leaves_its_certificate_and_nothing_else(past, postgres, database):
    other = Past(postgres, database, "oak")
    other.run()
    past.run()
    past.run()
    past.do("INSERT INTO audit (district_id, who, act) VALUES (tenant(), 'somebody', 'settings.set'), (tenant(), 'somebody', 'district.purge')")
    with past.by("cli") as connection:
        counted = {row["place"]: row["rows"] for row in connection.execute("SELECT * FROM purge_count()")}
        assert connection.execute("SELECT purge_begin('somebody', 'contract ended') AS why").fetchone()["why"] is None
    taken = purge(past)
    assert all(taken.get(table, 0) >= rows for table, rows in counted.items()) and counted["district"] == 1
    tables = past.admin.execute("SELECT table_name FROM information_schema.columns WHERE table_schema = 'rollcall' AND column_name = 'district_id'").fetchall()
    for table in {row["table_name"] for row in tables} - {"audit", "purge_certificate"}:
        assert past.count(table) == 0, table
    assert [row["act"] for row in past.admin.execute("SELECT act FROM audit WHERE district_id = tenant()")] == ["district.purge"]
    certificate = past.admin.execute("SELECT * FROM purge_certificate WHERE district_id = tenant()").fetchone()
    assert certificate["slug"] == "maple" and certificate["ended_at"] and certificate["removed"] == taken
    assert other.count("finding") == 1 and other.count("account") == 1
    other.admin.close()


def test_a_district_with_an_active_run_is_not_removed(past):
    past.do("UPDATE source SET active_run = %s", past.run()[0])
    with past.by("cli") as connection:
        assert "is active" in connection.execute("SELECT purge_begin('somebody', '') AS why").fetchone()["why"]
    assert past.one("SELECT paused_at FROM district") is None
    assert purge(past) == {}, "without a beginning nothing is taken"


def test_once_its_removal_has_begun_nothing_of_a_district_starts_or_is_decided(past):
    run, plan = past.run()
    past.do("UPDATE plan SET state = 'open', closed_at = NULL WHERE plan_id = %s", plan)
    past.do("UPDATE run SET finished_at = NULL, phase = 'planned', state = 'On hold' WHERE run_id = %s", run)
    scheduled = past.one("SELECT run_request(%s, 'somebody')", past.source)
    with past.by("cli") as connection:
        assert connection.execute("SELECT purge_begin('somebody', '') AS why").fetchone()["why"] is None
        assert connection.execute("SELECT purge_begin('somebody', '') AS why").fetchone()["why"] is None, "beginning twice is no harm"
    assert past.one("SELECT state FROM plan WHERE plan_id = %s", plan) == "discarded"
    assert past.one("SELECT count(*) FROM run WHERE finished_at IS NULL") == 0
    assert not past.one("SELECT run_begin(%s)", scheduled)


def test_only_the_command_line_tool_removes_districts(past):
    for program in ("scheduler", "reconciler", "fetcher"):
        with past.by(program) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT purge_begin('somebody', '')")


def test_every_table_of_a_district_is_in_the_order_of_its_removal(past):
    order = {row["place"]: row["depth"] for row in past.admin.execute("SELECT * FROM purge_order()")}
    referring = past.admin.execute(
        "SELECT DISTINCT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid <> confrelid AND connamespace = 'rollcall'::regnamespace").fetchall()
    assert list(order)[-1] == "district", "an interrupted removal can be found again"
    for row in referring:
        if row["child"] in order and row["parent"] in order:
            assert order[row["child"]] > order[row["parent"]], row
