"""rollcall-webhook against a real PostgreSQL and a pretend receiver: what is told, in which order, and what becomes of it when the receiver,
the network or the program fails."""

import importlib.util
import json
import shutil
import subprocess
import time

import pytest
from psycopg.rows import dict_row
from support import seal
from support.cli import Cli
from support.openapi import OpenApi
from support.paths import ROOT
from support.process import free_port, wait_until
from support.receiver import Receiver, signature
from support.worker import Worker

pytestmark = pytest.mark.usefixtures("programs")

QUICK = {
    "ROLLCALL_WEBHOOK_EVERY": "30ms",
    "ROLLCALL_WEBHOOK_BATCH": "10",
    "ROLLCALL_WEBHOOK_TIMEOUT": "5s",
    "ROLLCALL_WEBHOOK_RETRY_BASE": "20ms",
    "ROLLCALL_WEBHOOK_RETRY_CAP": "100ms",
    "ROLLCALL_WEBHOOK_ALLOW_HOSTS": "127.0.0.1",
}
DESCRIBED = OpenApi("directory")
ACCEPTED = 'rollcall_webhook_deliveries_total{outcome="accepted"}'


class Place:
    """A district with an application that may read its changes; what happens in its directory is played by rows of the outbox."""

    def __init__(self, postgres, database, folder):
        self.folder = folder
        self.url = postgres.url("rollcall_webhook", database)
        self.admin = postgres.connect("postgres", database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
        self.cli = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "ROLLCALL_KEYS_MASTER": seal.MASTER})
        self.slug = "maple"
        self.id = self.one("INSERT INTO district (slug, name) VALUES ('maple', 'Maple') RETURNING district_id")
        self.admin.execute(f"SET rollcall.district = '{self.id}'")
        self.senders = []
        self.application("portal")

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def all(self, query, *values):
        return self.admin.execute(query, values).fetchall()

    def application(self, name, reads="accounts,changes"):
        return self.cli.json("application", "add", name, "-d", self.slug, "--read", reads)["application_id"]

    def set(self, url, name="portal"):
        return self.cli.json("webhook", "set", name, "-d", self.slug, "--url", url)["secret"]

    def do(self, verb, *words, name="portal"):
        return self.cli.run("webhook", verb, name, "-d", self.slug, *words)

    def show(self, name="portal"):
        return self.cli.json("webhook", "show", name, "-d", self.slug)

    def ledger(self, name="portal"):
        return self.cli.json("webhook", "deliveries", name, "-d", self.slug, "--limit", "10000")

    def change(self, count=1):
        """So many changes, each its own transaction as an apply's is."""
        for _ in range(count):
            self.admin.execute(
                "INSERT INTO outbox (district_id, topic, key, data) SELECT %s, 'roster.changed', a, jsonb_build_object('district', %s::text,"
                " 'account', a, 'kind', 'update', 'fields', '[\"email\"]'::jsonb) FROM (SELECT gen_random_uuid()::text AS a) x",
                [self.id, str(self.id)])

    def change_list(self, count=1):
        """So many lists are new."""
        for number in range(count):
            self.admin.execute("INSERT INTO user_list (district_id, source_id, class_id, title) VALUES (%s, gen_random_uuid(), %s, 'Algebra')",
                               [self.id, f"c{number}"])

    def start(self, label=None, **settings):
        sender = Worker("rollcall-webhook", {"ROLLCALL_DATABASE_URL": self.url, **QUICK, **settings}, self.folder, label).start()
        self.senders.append(sender)
        return sender.wait_ready(40)

    def alerts(self):
        return [row["message"] for row in self.all("SELECT message FROM alert WHERE kind = 'webhook.failing' ORDER BY at, alert_id")]

    def wait_state(self, state, name="portal"):
        wait_until(lambda: self.show(name)["state"] == state, f"the webhook of {name} is {state}", 60)

    def end(self):
        for sender in self.senders:
            if sender.alive:
                assert sender.stop() == 0
            assert not sender.sanitizer_report()
        self.admin.close()


@pytest.fixture
def place(postgres, database, tmp_path):
    made = Place(postgres, database, tmp_path)
    yield made
    made.end()


@pytest.fixture
def receiver():
    with Receiver() as made:
        yield made
        for message in made.messages:
            DESCRIBED.check_webhook(message.headers, message.body)


def wait_positions(receiver, count, path="/hook", seconds=60):
    wait_until(lambda: len(receiver.positions(path)) >= count, f"{count} changes are accepted at {path}", seconds)
    return receiver.positions(path)


# ---- what is told ------------------------------------------------------------------------------------------------------------------------


def test_changes_are_told_in_order_signed_and_in_the_feeds_shape(place, receiver):
    place.change(3)
    secret = place.set(receiver.url("/hook?key=hidden"))
    path = "/hook?key=hidden"
    sender = place.start()
    wait_until(lambda: receiver.accepted(path), "the first message comes", 60)
    first = receiver.messages[0].json
    assert (first["type"], first["data"]["position"]) == ("roster.resync", "3"), "what was before is read, not told"
    assert first["data"]["accounts"] == f"/v1/districts/{place.id}/accounts?limit=1000"
    place.change(25)
    assert wait_positions(receiver, 25, path) == list(range(4, 29))
    told = [message for message in receiver.accepted(path) if message.changes]
    assert all(message.signed_by(secret) and len(message.signatures) == 1 for message in receiver.accepted(path))
    assert max(len(message.changes) for message in told) <= 10
    assert set(told[0].changes[0]) == {"district", "account", "kind", "fields", "position", "event", "at"}
    assert told[-1].json["data"]["next"] == "28"
    assert {message.headers["Content-Type"] for message in told} == {"application/json"}
    wait_until(lambda: place.show()["changes_behind"] == 0 and sender.admin.metrics().get(ACCEPTED, 0) >= len(told), "it is noted", 60)
    shown = place.show()
    assert (shown["state"], shown["position"], shown["changes_behind"]) == ("active", 28, 0)
    ledger = place.ledger()
    assert {row["state"] for row in ledger} == {"accepted"} and {row["attempts"] for row in ledger} == {1}
    assert [row["webhook_id"] for row in reversed(ledger)] == [message.id for message in receiver.accepted(path)]
    assert sum(row["changes"] or 0 for row in ledger) == 25
    assert not [word for word in ("hidden", secret, "/hook") if word in sender.log()], "the log tells what is the application's own"


def test_who_may_not_read_changes_is_told_nothing(place, receiver):
    place.application("reports", "accounts")
    assert "may not read the changes" in place.do("set", "--url", receiver.url(), name="reports").ok(1).err
    place.set(receiver.url())
    place.start()
    wait_until(receiver.accepted, "the resync comes", 60)
    place.cli.run("application", "withdraw", "portal", "-d", place.slug).ok()
    place.change(2)
    assert place.show()["state"] == "not granted"
    assert "may not read the changes" in place.do("test").ok(1).err
    place.cli.run("application", "grant", "portal", "-d", place.slug, "--read", "changes").ok()
    assert wait_positions(receiver, 2) == [1, 2], "what waited comes once it is granted again"
    place.cli.run("application", "revoke", "portal", "--yes").ok()
    place.change()
    assert "revoked" in place.do("test").ok(1).err
    assert receiver.positions() == [1, 2]


def test_lists_are_told_in_messages_of_their_own_among_accounts_in_order(place, receiver):
    place.cli.run("application", "grant", "portal", "-d", place.slug, "--read", "accounts,lists,changes").ok()
    place.set(receiver.url())
    place.start()
    wait_until(receiver.accepted, "the resync comes", 60)
    assert receiver.messages[0].json["data"]["lists"] == f"/v1/districts/{place.id}/lists?limit=1000"
    place.do("pause").ok()
    place.change(2)
    place.change_list(12)
    place.change(1)
    place.do("resume").ok()
    assert wait_positions(receiver, 15) == list(range(1, 16))
    told = [(message.type, len(message.changes)) for message in receiver.accepted()[1:]]
    assert told == [("roster.changed", 2), ("list.changed", 10), ("list.changed", 2), ("roster.changed", 1)]
    (first, *_) = receiver.accepted()[2].changes
    assert set(first) == {"district", "list", "kind", "fields", "position", "event", "at"} and first["kind"] == "create"
    wait_until(lambda: place.show()["changes_behind"] == 0, "the last one is noted", 60)
    assert [row["changes"] for row in reversed(place.ledger())] == [None, 2, 10, 2, 1]


def test_who_may_not_read_lists_is_told_of_none_and_stays_behind_for_none(place, receiver):
    place.set(receiver.url())
    place.start()
    wait_until(receiver.accepted, "the resync comes", 60)
    assert "lists" not in receiver.messages[0].json["data"]
    place.change_list(25)
    wait_until(lambda: place.show()["changes_behind"] == 0, "they are passed over", 60)
    assert len(receiver.accepted()) == 1, "without a message"
    place.change(1)
    assert wait_positions(receiver, 1) == [26]

    place.cli.run("application", "grant", "portal", "-d", place.slug, "--read", "accounts,lists,changes").ok()
    receiver.say_always(500)
    place.admin.execute("UPDATE user_list SET title = 'Biology'")
    wait_until(lambda: receiver.messages[-1].type == "list.changed", "a message about lists is on its way", 60)
    place.cli.run("application", "grant", "portal", "-d", place.slug, "--read", "accounts,changes").ok()
    wait_until(lambda: {row["state"] for row in place.ledger() if row["kind"] == "lists"} == {"superseded"}, "it is given up", 60)
    receiver.say_always(None)
    place.change(1)
    assert wait_positions(receiver, 2) == [26, 52], "what may be told no more is not sent again"
    assert {row["state"] for row in place.ledger() if row["kind"] == "lists"} == {"superseded"}


def test_the_sample_application_takes_what_is_signed_and_nothing_else(place):
    place_of_sample = ROOT / "deploy" / "samples" / "consumer" / "consumer.py"
    spec = importlib.util.spec_from_file_location("consumer", place_of_sample)
    sample = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sample)
    port = free_port()
    door = sample.Door(port, place.set(f"http://127.0.0.1:{port}/"))
    try:
        place.start()
        assert door.rings.get(timeout=60) == "roster.resync"
        place.change()
        assert door.rings.get(timeout=60) == "roster.changed"
        place.do("rotate").ok()
        place.do("test").ok()
        assert door.rings.get(timeout=60) == "webhook.test", "during a rotation the former secret is enough"
        place.do("rotate", "--overlap", "0s").ok()
        assert "it answered 401" in place.do("test").ok(1).err
        assert door.rings.empty()
        late = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time()) - 400)}
        late["webhook-signature"] = signature(door.secret, "msg_1", late["webhook-timestamp"], b"{}")
        assert not sample.signed(door.secret, late, b"{}"), "what was caught and sent again later is refused"
    finally:
        door.server.shutdown()
        door.server.server_close()


def test_the_doctor_misses_what_serves_applications_only_where_there_are_some(place, receiver):
    away = {"ROLLCALL_KAFKA_BROKERS": "127.0.0.1:1", "ROLLCALL_REDIS_URL": "redis://127.0.0.1:1/0"}

    def doctor():
        return {line["what"]: line["verdict"] for line in json.loads(place.cli.run("doctor", "-o", "json", **away).out)
                if line["what"] in ("rollcall-webhook", "rollcall-roster-server")}
    assert doctor() == {"rollcall-roster-server": "WARN"}
    place.set(receiver.url())
    assert doctor() == {"rollcall-roster-server": "WARN", "rollcall-webhook": "WARN"}
    place.start()
    assert doctor() == {"rollcall-roster-server": "WARN", "rollcall-webhook": "OK"}
    place.cli.run("application", "revoke", "portal", "--yes").ok()
    assert doctor() == {"rollcall-webhook": "OK"}, "who runs is named, though nobody needs it"


# ---- receivers that fail -----------------------------------------------------------------------------------------------------------------


def test_what_is_not_accepted_comes_again_under_the_same_id_before_anything_else(place, receiver):
    trap = receiver.url("/trap")
    receiver.say(500, 404, (302, {"Location": trap}), (307, {"Location": trap}), "hang", (429, {"Retry-After": "1"}))
    place.set(receiver.url())
    place.start(ROLLCALL_WEBHOOK_TIMEOUT="4s")
    wait_until(lambda: receiver.messages, "the resync is on its way", 60)
    place.change(12)
    assert wait_positions(receiver, 12) == list(range(1, 13))
    tries = [message for message in receiver.messages if message.id == receiver.messages[0].id]
    assert len(tries) == 7 and receiver.messages[:7] == tries, "nothing overtakes"
    assert len({message.body for message in tries}) == 1
    assert len({(message.headers["webhook-timestamp"], message.signatures[0]) for message in tries}) > 1, "each attempt has its own time"
    assert tries[6].at - tries[5].at >= 1.0, "Retry-After is kept"
    assert not [message for message in receiver.messages if message.path == "/trap"], "no redirect is followed"
    (row,) = [row for row in place.ledger() if row["webhook_id"] == tries[0].id]
    assert (row["attempts"], row["answer"], row["state"]) == (7, "204", "accepted")
    assert place.alerts() == []


def test_410_stops_it_until_somebody_resumes(place, receiver):
    receiver.say(204, 410)
    place.set(receiver.url())
    place.start()
    wait_until(receiver.accepted, "the resync comes", 60)
    place.change(3)
    place.wait_state("paused")
    assert "410" in place.show()["why"]
    (alert,) = place.alerts()
    assert place.one("SELECT about LIKE '%%:paused' AND thread LIKE 'webhook:%%' FROM alert")
    assert "the webhook of the application portal was paused" in alert and "127.0.0.1" not in alert
    assert place.one("SELECT data ->> 'kind' FROM outbox WHERE topic = 'alert.raised'") == "webhook.failing"
    sent = len(receiver.messages)
    place.change()
    assert place.do("test").ok().out, "a test is sent while it is paused"
    assert len(receiver.messages) == sent + 1
    place.do("resume").ok()
    assert wait_positions(receiver, 4) == [1, 2, 3, 4]
    assert place.do("resume").ok(3)


@pytest.mark.parametrize("moved", [True, False])
def test_what_the_address_of_before_answers_says_nothing_of_the_new_one(place, moved):
    place.set("http://127.0.0.1:9/hook")
    application = place.one("SELECT application_id FROM webhook")
    take = place.one("SELECT webhook_take(%s, '1 hour')", application)
    delivery = place.one("SELECT webhook_next(%s, %s, '1 hour', 10)", application, take)
    place.admin.execute("UPDATE webhook SET attempts = 3, failed_since = now() - interval '1 day'")
    place.do("set", "--url", "http://127.0.0.1:9/other" if moved else "http://127.0.0.1:9/hook").ok()
    became = place.one("SELECT webhook_end(%s, %s, %s, 410, NULL, 5, '1 s', '1 h', '1 h')", application, take, delivery)
    row = place.all("SELECT state, attempts, failed_since IS NULL AS fresh, open_id FROM webhook")[0]
    if moved:
        assert (became, row["state"], row["attempts"], row["fresh"]) == (None, "active", 0, True)
        take = place.one("SELECT webhook_take(%s, '1 hour')", application)
        assert place.one("SELECT webhook_next(%s, %s, '1 hour', 10)", application, take) == delivery, "the message itself comes there"
    else:
        assert (became, row["state"], row["attempts"]) == ("paused", "paused", 4)


def test_a_failing_webhook_is_told_of_then_paused(place, receiver):
    receiver.say_always(503)
    place.set(receiver.url())
    sender = place.start(ROLLCALL_WEBHOOK_FAILING_AFTER="300ms", ROLLCALL_WEBHOOK_PAUSE_AFTER="30s")
    place.wait_state("failing")
    assert "last: 503" in place.show()["why"] and len(place.alerts()) == 1
    assert "webhooks that are failing" in place.cli.run("status").ok(5).out
    receiver.say_always(None)
    place.wait_state("active")
    assert sender.wait_for_event("webhook.recovered")
    receiver.say_always(503)
    sender.stop()
    place.change()
    place.start("again", ROLLCALL_WEBHOOK_FAILING_AFTER="100ms", ROLLCALL_WEBHOOK_PAUSE_AFTER="8s")
    place.wait_state("paused")
    assert len(place.alerts()) == 3, "failing, failing again, paused"
    receiver.say_always(None)
    place.do("resume").ok()
    assert wait_positions(receiver, 1) == [1]


def test_an_address_of_our_own_network_is_not_asked(place, receiver):
    place.set(receiver.url())
    place.start(ROLLCALL_WEBHOOK_ALLOW_HOSTS="")
    wait_until(lambda: place.show()["failed_in_a_row"] > 1, "it is refused", 60)
    assert "address refused" in place.do("test").ok(1).err
    assert receiver.messages == []
    assert {row["answer"] for row in place.ledger()} == {"address refused"}
    place.cli.run("webhook", "set", "portal", "-d", place.slug, "--url", "ftp://portal.example/x").ok(2)
    place.cli.run("webhook", "set", "portal", "-d", place.slug, "--url", "https://me:word@portal.example/x").ok(2)


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl: apt-get install openssl")
def test_a_receiver_whose_certificate_nobody_knows_is_told_nothing(place, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=made-up",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with Receiver(certificate=(certificate, key)) as receiver:
        place.set(receiver.url())
        sender = place.start()
        assert "certificate" in place.do("test").ok(1).err
        assert receiver.messages == []
        assert "certificate" in place.ledger()[-1]["detail"] and f":{receiver.port}" not in sender.log()
        place.do("set", "--url", receiver.url(), "--ca-file", "certificate.pem").ok(2)
        place.do("set", "--url", receiver.url(), "--ca-file", certificate).ok()
        wait_until(receiver.accepted, "the resync comes", 60)
        assert place.show()["ca_file"] == str(certificate)
        place.do("set", "--url", receiver.url(), "--ca-file", "").ok()
        assert place.show().get("ca_file") is None
        place.do("test").ok(1)


# ---- programs that fail ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["webhook.opened:kill", "webhook.sent:kill"])
def test_a_kill_loses_nothing_and_repeats_under_the_same_id(place, receiver, fault):
    place.set(receiver.url())
    sender = place.start(ROLLCALL_FAULT=f"{fault}@3")
    wait_until(receiver.accepted, "the resync comes", 60)
    place.change(65)
    sender.ended()
    open_id = [row["webhook_id"] for row in place.ledger() if row["state"] == "open"]
    assert len(open_id) == 1
    sender.set(ROLLCALL_FAULT=None).start()
    wait_until(lambda: place.show()["changes_behind"] == 0, "all is told", 90)
    assert receiver.positions() == list(range(1, 66))
    times = [message.id for message in receiver.messages].count(open_id[0])
    assert times == (2 if fault == "webhook.sent:kill" else 1)
    assert len({message.body for message in receiver.messages if message.id == open_id[0]}) == 1


def test_a_drain_leaves_a_receiver_that_hangs_and_gives_the_webhook_on(place, receiver):
    receiver.say("hang")
    place.set(receiver.url())
    sender = place.start(ROLLCALL_WEBHOOK_TIMEOUT="60s", ROLLCALL_DRAIN_TIMEOUT="10s")
    wait_until(lambda: receiver.messages, "the resync is on its way", 60)
    assert sender.stop() == 0
    assert not sender.events("process.drain-overrun")
    place.start("another")
    wait_until(receiver.accepted, "it comes again at once, not when a lease of 60 s is over", 30)
    assert receiver.messages[0].id == receiver.accepted()[0].id
    wait_until(lambda: [row["state"] for row in place.ledger()] == ["accepted"], "it is noted", 60)
    assert [row["attempts"] for row in place.ledger()] == [1], "an attempt that was left is not the receiver's fault"


def test_several_processes_share_the_webhooks_one_sender_each(place, tmp_path):
    names = [f"app-{n}" for n in range(5)]
    with Receiver(seconds=0.01) as receiver:
        for name in names:
            place.application(name)
            place.set(receiver.url(f"/{name}"), name)
        senders = [place.start(f"sender-{n}", ROLLCALL_WEBHOOK_PARALLEL="3") for n in range(2)]
        wait_until(lambda: all(receiver.accepted(f"/{name}") for name in names), "each is told to read", 60)
        place.change(80)
        for name in names:
            assert wait_positions(receiver, 80, f"/{name}") == list(range(1, 81))
        assert receiver.most_at_once == 1
        assert len(receiver.messages) == len({message.id for message in receiver.messages}), "nothing was sent twice"

        def both_have_sent():
            place.change()
            return all(sender.admin.metrics().get(ACCEPTED, 0) > 0 for sender in senders)

        wait_until(both_have_sent, "both have sent", 90, 0.3)
        assert [sender.stop() for sender in senders] == [0, 0]


# ---- what people do ----------------------------------------------------------------------------------------------------------------------


def test_a_secret_is_replaced_without_a_gap(place, receiver):
    first = place.set(receiver.url())
    place.start()
    wait_until(receiver.accepted, "the resync comes", 60)
    second = json.loads(place.do("rotate", "--overlap", "1h", "-o", "json").ok().out)["secret"]
    assert second.startswith("whsec_") and second != first
    place.do("test").ok()
    both = receiver.messages[-1]
    assert both.type == "webhook.test" and len(both.signatures) == 2 and both.signed_by(first) and both.signed_by(second)
    assert json.loads(place.do("rotate", "--overlap", "1h", "-o", "json").ok().out)["secret"]
    place.do("test").ok()
    three = receiver.messages[-1]
    assert len(three.signatures) == 3 and three.signed_by(first) and three.signed_by(second), "whoever has an older one is not left behind"
    third = json.loads(place.do("rotate", "--overlap", "0s", "-o", "json").ok().out)["secret"]
    place.do("test").ok()
    last = receiver.messages[-1]
    assert len(last.signatures) == 1 and last.signed_by(third) and not last.signed_by(second)
    shown = place.show()
    assert [row["state"] for row in shown["secrets"]] == ["signs", "expired", "expired", "expired"]
    assert not [text for text in (first, second, third) if text.removeprefix("whsec_") in json.dumps(shown)]
    acts = [row["act"] for row in place.all("SELECT act FROM audit WHERE act LIKE 'webhook.%%' ORDER BY audit_id")]
    assert acts == ["webhook.set", *["webhook.rotate", "webhook.test"] * 3]


def test_a_resync_is_told_on_request_and_where_the_feed_does_not_reach_back(place, receiver):
    place.set(receiver.url())
    place.start()
    wait_until(receiver.accepted, "the first resync comes", 60)
    place.do("pause").ok()
    place.change(5)
    place.do("resync").ok()
    place.do("resume").ok()
    wait_until(lambda: len(receiver.accepted()) == 2, "the second resync comes", 60)
    assert [message.json["data"]["position"] for message in receiver.accepted()] == ["0", "5"]
    place.change(2)
    assert wait_positions(receiver, 2) == [6, 7]

    receiver.say_always(500)
    place.change(3)
    wait_until(lambda: place.show()["failed_in_a_row"] > 0, "a message is on its way", 60)
    place.admin.execute("DELETE FROM change WHERE position <= 9")
    wait_until(lambda: receiver.messages[-1].json["data"].get("position") == "10", "it is told to read everything", 60)
    receiver.say_always(None)
    place.change(1)
    assert wait_positions(receiver, len(receiver.positions()) + 1)[-1] == 11
    assert "superseded" in {row["state"] for row in place.ledger()}

    wait_until(lambda: place.show()["changes_behind"] == 0, "the last one is noted", 60)
    place.admin.execute("UPDATE webhook SET position = 1000")  # as in a database that came back from a backup
    wait_until(lambda: receiver.accepted()[-1].json["data"].get("position") == "11", "it is told to read everything", 60)


def test_a_webhook_is_removed_and_its_ledger_is_over_in_time(place, receiver):
    place.set(receiver.url())
    sender = place.start()
    wait_until(receiver.accepted, "the resync comes", 60)
    receiver.say_always(500)
    place.change()
    wait_until(lambda: place.show()["failed_in_a_row"] > 0, "a message is on its way", 60)
    place.do("remove", "--yes").ok()
    place.do("show").ok(3)
    place.do("remove", "--yes").ok(3)
    assert {row["state"] for row in place.ledger()} == {"accepted", "refused"}
    assert place.one("SELECT count(*) FROM webhook_secret") == 0
    sender.stop()
    assert place.one("SELECT retention_apply('deliveries', now() - interval '1 hour', 100, false)") == 0
    assert place.one("SELECT retention_apply('deliveries', now(), 100, false)") == 2


def test_its_secret_lives_and_dies_with_the_districts_keys(place, receiver):
    secret = place.set(receiver.url())
    place.start(ROLLCALL_KEYS_LIFE="100ms")
    wait_until(receiver.accepted, "the resync comes", 60)
    former = place.one("SELECT key_id FROM district_data_key WHERE state = 'active'")
    rotated = place.cli.json("key", "rotate", "-d", place.slug)
    assert rotated["credentials"] == "1"
    keys = {row["state"]: row for row in place.cli.json("key", "list", "-d", place.slug)}
    assert (keys["active"]["credentials"], keys["replaced"]["credentials"], keys["replaced"]["key"]) == (1, 0, str(former))
    place.cli.run("key", "retire", "-d", place.slug, "--days", "0", "--yes").ok()
    place.change()
    wait_positions(receiver, 1)
    assert receiver.accepted()[-1].signed_by(secret)
    place.cli.run("district", "pause", place.slug, "--reason", "it leaves").ok()
    place.cli.run("key", "destroy", "-d", place.slug, "--yes").ok()
    assert (place.show()["state"], place.one("SELECT count(*) FROM webhook_secret")) == ("paused", 0)
    place.cli.run("district", "purge", "-d", place.slug, "--yes").ok()
    assert place.one("SELECT (SELECT count(*) FROM webhook) + (SELECT count(*) FROM webhook_delivery)") == 0


def test_a_district_is_sealed_from_the_others(place, receiver, postgres, database):
    place.set(receiver.url())
    with postgres.connect("rollcall_webhook", database, options="-c search_path=rollcall") as other:
        other.execute("SET rollcall.district = '00000000-0000-0000-0000-000000000000'")
        assert other.execute("SELECT count(*) FROM webhook").fetchone()[0] == 1, "what is due is searched over all"
        assert other.execute("SELECT count(*) FROM webhook_secret").fetchone()[0] == 0
        assert other.execute("SELECT count(*) FROM change").fetchone()[0] == 0
        assert other.execute("SELECT count(*) FROM webhook_take(%s, '1 minute') t WHERE t IS NOT NULL",
                             [place.one("SELECT application_id FROM webhook")]).fetchone()[0] == 0
