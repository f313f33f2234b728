"""What an operator sees: a run's trace through all programs, metrics as Prometheus reads them, status, doctor, and the removal of a district."""

import json
import re
import shutil
import subprocess

import pytest
from support import manuals
from support.paths import program
from support.process import free_port, wait_until
from support.stack import DONE

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def synced(module_stack):
    """A district after its first sync, approved and mailed; all programs run."""
    stack = module_stack
    for name in ("fetcher", "normalizer", "reconciler", "notifier"):
        stack.worker(name)
    stack.worker("scheduler", ROLLCALL_SCHEDULER_GAUGES_EVERY="300ms", ROLLCALL_SCHEDULER_LAG_EVERY="1s")
    stack.start()
    district = stack.district("maple-county")
    run = district.sync()
    taken = "SELECT count(*) FROM mail WHERE state = 'accepted'"
    # Who decides before he is asked is not asked any more.
    stack.wait(lambda: stack.sql(taken)[0][0] >= 1, "the mail that asks was taken")
    district.approve()
    district.wait_for_run(run, *DONE)
    stack.wait(lambda: stack.sql(taken)[0][0] >= 2, "both mails were taken")
    stack.wait(lambda: stack.sql("SELECT count(*) FROM outbox")[0][0] == 0, "every event was sent")
    return stack, district, run


# ---- trace ------------------------------------------------------------------------------------------------------------------------------


def test_every_line_of_a_run_carries_its_trace_in_every_program(synced):
    stack, _, run = synced
    trace = stack.sql("SELECT split_part(traceparent, '-', 2) FROM run WHERE run_id = %s", [run])[0][0]
    assert re.fullmatch("[0-9a-f]{32}", trace)
    for name in ("fetcher", "normalizer", "reconciler", "notifier"):
        lines = [line for line in stack[name].events() if line.get("run") == run]
        assert lines, f"{name} says nothing of the run"
        assert {line.get("trace_id") for line in lines} == {trace}, name
        assert all(line.get("district") and line.get("batch") and line.get("attempt") for line in lines), name


def test_every_message_and_the_mails_rows_carry_the_trace(synced):
    stack, _, run = synced
    trace = stack.sql("SELECT split_part(traceparent, '-', 2) FROM run WHERE run_id = %s", [run])[0][0]
    seen = set()
    for topic in stack.kafka.topics():
        for record in stack.kafka.records(topic) if topic.startswith("rollcall.") else []:
            if record.headers.get("rc_run") != run:
                continue
            assert record.headers["traceparent"].split("-")[1] == trace, topic
            seen.add(topic.removeprefix("rollcall.").removesuffix(".v1"))
    assert seen >= {"run.requested", "fetch.requested", "page.fetched", "batch.normalized", "snapshot.ready", "run.finished", "roster.changed"}
    assert {row[0].split("-")[1] for row in stack.sql("SELECT traceparent FROM mail WHERE about = %s", [run])} == {trace}


def test_a_runs_way_is_told_from_its_rows(synced):
    stack, district, run = synced
    way = district.json("run", "trace")
    assert [row["stage"] for row in way][:2] == ["run", "run"]
    stages = {row["stage"] for row in way}
    assert stages >= {"run", "fetcher", "reconciler", "person", "notifier"}
    assert all(float(row["after"]) >= 0 for row in way)
    assert way == sorted(way, key=lambda row: row["at"])
    assert any("users, pass 1" in row["what"] for row in way if row["stage"] == "fetcher")
    shown = district.run("run", "trace").ok()
    assert stack.sql("SELECT split_part(traceparent, '-', 2) FROM run WHERE run_id = %s", [run])[0][0] in shown.err


# ---- logs, metrics ------------------------------------------------------------------------------------------------------------------------


def test_every_line_is_json_with_a_documented_event(synced):
    stack, _, _ = synced
    known = manuals.documented_events()
    for worker in stack.workers.values():
        lines = worker.events()
        assert lines
        for line in lines:
            assert {"ts", "level", "svc", "event", "msg"} <= line.keys(), line
            assert line["level"] == "debug" or known[line["event"]] == line["level"], line
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["ts"])
            assert line["svc"] == worker.program_name
            assert isinstance(line.get("dur_ms", 0), int) and isinstance(line.get("attempt", 1), int)


def test_metrics_are_sound_documented_and_name_no_district(synced):
    stack, district, _ = synced
    documented = manuals.documented_metrics()
    stack.wait(lambda: stack["scheduler"].admin.metric("rollcall_consumer_lag") == 0 and any(
        "rollcall_consumer_lag" in key for key in stack["scheduler"].admin.metrics()), "lags are told")
    told = set()
    for worker in stack.workers.values():
        text = worker.admin.get("/metrics")[1]
        assert district.slug not in text and not UUID.search(text), worker.name
        if tool := shutil.which("promtool"):
            checked = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
            assert checked.returncode == 0, worker.name + checked.stdout + checked.stderr
        for key in worker.admin.metrics():
            name, _, labels = key.partition("{")
            base = re.sub("_(bucket|sum|count)$", "", name)
            kind, names = documented.get(name) or documented[base]
            assert set(re.findall(r'(\w+)="', labels)) - ({"le"} if kind == "histogram" else set()) == names, key
            told.add(name if name in documented else base)
    due = {"rollcall_build_info", "rollcall_messages_consumed_total", "rollcall_fetch_requests_total", "rollcall_fetch_duration_seconds",
           "rollcall_fetch_bytes_total", "rollcall_batch_duration_seconds", "rollcall_records_total", "rollcall_emails_total", "rollcall_plans_held",
           "rollcall_sync_age_seconds_max", "rollcall_consumer_lag", "rollcall_lanes_due", "rollcall_items_total", "rollcall_database_connections",
           "process_resident_memory_bytes", "rollcall_outbox_rows"}
    assert due <= told, due - told


def test_every_reading_of_every_group_has_its_lag_told(synced):
    stack, _, _ = synced
    rows = [line.split(",") for line in (manuals.ROOT / "schemas" / "topics.csv").read_text().splitlines()[1:]]
    declared = {(f"rollcall-{group}", f"rollcall.{row[0]}.v1") for row in rows for group in row[-1].split()}

    def told():
        return {re.search(r'group="(.*?)",topic="(.*?)"', key).groups() for key in stack["scheduler"].admin.metrics() if "consumer_lag" in key}

    stack.wait(told, "lags are told")
    assert told() == declared, "all at once or none"


# ---- status -------------------------------------------------------------------------------------------------------------------------------


def test_status_is_one_screen_and_ends_with_0_while_nobody_is_needed(synced):
    stack, _, _ = synced
    shown = stack.cli.run("status", "-o", "json").ok()
    assert shown.json["attention"] == [] and shown.json["districts"] == 1
    assert {row["program"]: row["instances"] for row in shown.json["programs"]} == {**dict.fromkeys(manuals.WORKERS, 1), "roster-server": 0, "webhook": 0}
    assert shown.json["dead_letters"] == 0 and shown.json["mails_sent_today"] >= 2 and shown.json["newest_snapshot"]
    assert {row["behind"] for row in shown.json["lag"]} == {0} and len(shown.json["lag"]) >= 9
    table = stack.cli.run("status").ok().out
    assert len(table.splitlines()) < 60


@pytest.mark.parametrize("what, begin, end", [
    ("open dead letters",
     "INSERT INTO dead_letter (district_id, topic, partition, kafka_offset, origin_topic, origin_partition, origin_offset, stage, stage_version, "
     "error_class, error) SELECT district_id, 'x', 0, 0, 'x', 0, 99, 'x', '1', 'reject', 'x' FROM district", "DELETE FROM dead_letter"),
    ("plans that wait", "UPDATE run SET state = 'On hold'", "UPDATE run SET state = 'Completed'"),
    ("without a snapshot", "UPDATE source SET automatic = true, next_due_at = now() + interval '1 day'; UPDATE snapshot SET at = now() - interval '3 days'",
     "UPDATE source SET automatic = false; UPDATE snapshot SET at = now()"),
    ("mails refused", "UPDATE mail SET state = 'refused', ended_at = now()", "UPDATE mail SET state = 'accepted'"),
])
def test_status_ends_with_5_and_says_what_needs_a_person(synced, what, begin, end):
    stack, _, _ = synced
    for statement in begin.split("; "):
        stack.sql(statement)
    try:
        shown = stack.cli.run("status", "--no-kafka", "-o", "json").ok(5)
        assert [what in row["needs a person"] for row in shown.json["attention"]] == [True]
        assert shown.json["attention"][0]["next"]
    finally:
        for statement in end.split("; "):
            stack.sql(statement)
    stack.cli.run("status", "--no-kafka").ok()


def test_status_names_a_program_that_is_not_there(synced):
    stack, _, _ = synced
    stack["notifier"].stop()
    # The server takes its time to see that a connection is gone.
    told = stack.wait(lambda: stack.cli.run("status", "--no-kafka", "-o", "json").json["attention"], "somebody is needed")
    assert "notifier" in told[0]["needs a person"]
    stack.cli.run("status", "--no-kafka").ok(5)
    stack["notifier"].start()
    stack["notifier"].wait_ready()
    stack.cli.run("status", "--no-kafka").ok()


# ---- doctor -------------------------------------------------------------------------------------------------------------------------------


def findings(stack, *words, status=0, **env):
    """verdict of each line by what it is about; and the whole answer."""
    env = {"ROLLCALL_SMTP_URL": stack.mail.url, **env}
    answer = stack.cli.run("doctor", *words, "-o", "json", **env).ok(status)
    return {row["what"]: row for row in answer.json}, answer


def test_the_doctor_finds_nothing_to_mend_where_all_is_well(synced):
    stack, _, _ = synced
    found, _ = findings(stack)
    assert {row["verdict"] for row in found.values()} <= {"OK", "WARN"}
    assert [what for what, row in found.items() if row["verdict"] == "WARN"] == ["Redis, kept", "mail server"]
    for what in ("PostgreSQL", "schema", "roles", "row security", "Redis", "clock of Redis", "clock of PostgreSQL", "Kafka, topics", "rollcall-fetcher",
                 "keys.master"):
        assert found[what]["verdict"] == "OK", found[what]
    assert "PASS" not in json.dumps(found) and "sesame" not in json.dumps(found)


@pytest.mark.parametrize("what, setting", [
    ("PostgreSQL", {"ROLLCALL_DATABASE_URL": "postgresql://rollcall_cli@127.0.0.1:1/none"}),
    ("Redis", {"ROLLCALL_REDIS_URL": "redis://127.0.0.1:1/0"}),
    ("keys.master", {"ROLLCALL_KEYS_MASTER": ""}),
    ("mail server", {"ROLLCALL_SMTP_URL": "smtp://127.0.0.1:1"}),
    ("mail server", {"ROLLCALL_SMTP_STARTTLS": "true"}),
])
def test_the_doctor_names_what_cannot_be_reached_or_is_missing(synced, what, setting):
    stack, _, _ = synced
    found, answer = findings(stack, status=1, **setting)
    assert found[what]["verdict"] == "FAIL" and found[what]["mend"], found[what]
    assert sum(row["verdict"] == "FAIL" for row in found.values()) == 1, answer.out


def test_a_tool_without_its_schemas_says_so_and_answers(synced, tmp_path, monkeypatch):
    stack, _, _ = synced
    shutil.copy(program("rollcall"), tmp_path)
    monkeypatch.setenv("ROLLCALL_BIN", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert "Kafka was not asked to its end" in stack.cli.run("status").ok().err
    (tmp_path / "schemas").mkdir()
    shutil.copy(manuals.ROOT / "schemas" / "topics.csv", tmp_path / "schemas")
    found, _ = findings(stack)
    assert found["schema"]["verdict"] == "WARN"


def test_the_doctor_names_brokers_that_are_away(synced):
    stack, _, _ = synced
    found, _ = findings(stack, status=1, ROLLCALL_KAFKA_BROKERS=f"127.0.0.1:{free_port()}")
    assert found["Kafka"]["verdict"] == "FAIL"


@pytest.mark.parametrize("what, begin, end", [
    ("schema", "UPDATE public.schema_migrations SET dirty = true", "UPDATE public.schema_migrations SET dirty = false"),
    ("schema", "UPDATE public.schema_migrations SET version = 3", "UPDATE public.schema_migrations SET version = {version}"),
    ("role rollcall_notifier", "ALTER ROLE rollcall_notifier NOLOGIN", "ALTER ROLE rollcall_notifier LOGIN"),
    ("role rollcall_scheduler", "ALTER ROLE rollcall_scheduler BYPASSRLS", "ALTER ROLE rollcall_scheduler NOBYPASSRLS"),
    ("table finding", "ALTER TABLE finding NO FORCE ROW LEVEL SECURITY", "ALTER TABLE finding FORCE ROW LEVEL SECURITY"),
])
def test_the_doctor_names_what_is_wrong_with_the_database(synced, what, begin, end):
    stack, _, _ = synced
    version = stack.sql("SELECT version FROM public.schema_migrations")[0][0]
    stack.sql(begin)
    try:
        found, answer = findings(stack, status=1)
    finally:
        stack.sql(end.format(version=version))
    assert found[what]["verdict"] == "FAIL" and found[what]["mend"], answer.out
    assert sum(row["verdict"] == "FAIL" for row in found.values()) == 1, answer.out


def test_the_doctor_names_topics_that_are_not_as_declared(synced):
    from confluent_kafka.admin import ConfigResource

    stack, _, _ = synced
    name = "rollcall.run.finished.v1"
    admin = stack.kafka.admin()
    topic = ConfigResource(ConfigResource.Type.TOPIC, name)
    kept = {key: entry.value for key, entry in admin.describe_configs([topic])[topic].result().items()
            if entry.source == 1}  # what was set for the topic
    changed = {**kept, "retention.ms": "1000"}
    for settings, verdict in ((changed, "FAIL"), (kept, None)):
        for key, value in settings.items():
            topic.set_config(key, value)
        admin.alter_configs([topic])[topic].result()
        wait_until(lambda: admin.describe_configs([topic])[topic].result()["retention.ms"].value == settings["retention.ms"], "it is set", 20)
        found, _ = findings(stack, status=1 if verdict else 0)
        assert (found.get(name) or {}).get("verdict") == verdict


def test_the_doctor_names_a_group_without_a_start(module_stack, synced):
    stack, _, _ = synced
    stack["notifier"].stop()
    admin = stack.kafka.admin()
    stack.wait(lambda: not admin.delete_consumer_groups(["rollcall-notifier"])["rollcall-notifier"].exception(20), "the group is gone")
    found, _ = findings(stack, status=1)
    assert found["rollcall-notifier"]["verdict"] == "FAIL" and "topics apply" in found["rollcall-notifier"]["mend"]
    stack.cli.run("topics", "apply").ok()
    findings(stack)
    stack["notifier"].start()
    stack["notifier"].wait_ready()


# ---- purge: last, since the district is gone afterwards -------------------------------------------------------------------------------------


def test_purge_says_what_would_go_and_takes_what_is_over(synced):
    stack, _, run = synced
    stack.sql("UPDATE run SET finished_at = now() - interval '200 days' WHERE run_id = %s", [run])
    before = stack.sql("SELECT count(*) FROM batch_ledger")[0][0]
    shown = {row["what"]: row["rows"] for row in stack.cli.json("purge", "--dry-run")}
    assert shown["pages"] > 0 and stack.sql("SELECT count(*) FROM batch_ledger")[0][0] == before
    stack.cli.run("purge").ok(2)
    taken = {row["what"]: row["rows"] for row in stack.cli.json("purge", "--yes")}
    assert taken == shown
    assert stack.sql("SELECT count(*) FROM batch_ledger")[0][0] == 0 and stack.sql("SELECT count(*) FROM history")[0][0] > 0
    kept = {row["what"]: row["kept_days"] for row in stack.cli.json("purge", "--dry-run", ROLLCALL_RETENTION_MAILS="3d")}
    assert kept["mails"] == 3 and kept["history"] is None


def test_a_district_is_removed_and_its_certificate_stays(synced):
    stack, district, _ = synced
    district.run("district", "purge").ok(2)
    counted = {row["table"]: row["rows"] for row in district.json("district", "purge", "--dry-run")}
    assert counted["account"] > 50 and district.id
    answer = district.json("district", "purge", "--yes", "--reason", "contract ended")
    shredded = {line["what"]: line["count"] for line in answer["certificate"]}
    assert shredded["data keys"] == 1 and shredded["credentials"] == counted["source_credential"], "before the first row"
    assert int(answer["rows"]) >= sum(counted.values()) - shredded["credentials"]
    assert stack.sql("SELECT count(*) FROM account")[0][0] == 0 and stack.sql("SELECT count(*) FROM district")[0][0] == 0
    assert stack.sql("SELECT slug, reason, ended_at IS NOT NULL FROM purge_certificate") == [("maple-county", "contract ended", True)]
    assert sorted(stack.sql("SELECT act FROM audit")) == [("district.purge",), ("key.destroy",)]
    district.run("district", "purge", "--yes").ok(3)
    stack.cli.run("status", "--no-kafka").ok()
