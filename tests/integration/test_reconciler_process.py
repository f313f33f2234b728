"""The whole rollcall-reconciler over Kafka: what it takes, in whatever order and however often it comes, ends in one mirror and one word."""

import json
import signal

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import NewTopic
from support.paths import program
from support.process import wait_until
from support.worker import Worker
from with_reconciler import District, school, user

INTAKES = ("batch.normalized", "dead.letter", "snapshot.ready", "plan.decided")
OTHERS = ("run.finished", "run.requested", "fetch.requested", "roster.changed", "alert.raised")
PARTITIONS = 4


def topic(name):
    return f"rollcall.{name}.v1"


def make_topics(kafka):
    """Topics and the group's first offsets, as `rollcall topics apply` leaves them."""
    new = [NewTopic(topic(name), PARTITIONS, 1, config={"max.message.bytes": "17000000"}) for name in INTAKES + OTHERS]
    admin = kafka.admin()
    for done in admin.create_topics(new).values():
        done.result(30)
    consumer = Consumer({"bootstrap.servers": kafka.brokers, "group.id": "rollcall-reconciler"})
    places = [TopicPartition(topic(name), part, 0) for name in INTAKES for part in range(PARTITIONS)]
    wait_until(lambda: committed(consumer, places), "the group's first offsets are committed", 30)
    consumer.close()


def committed(consumer, places):
    try:
        consumer.commit(offsets=places, asynchronous=False)
    except KafkaException:  # the coordinator of a new broker is not there at once
        return False
    return True


class Wire:
    """Sends what the normalizer and the relay would."""

    def __init__(self, kafka, district):
        self.kafka, self.district = kafka, district
        self.producer = Producer({"bootstrap.servers": kafka.brokers, "message.max.bytes": 17_000_000})

    def send(self, name, run, key, data, identity):
        headers = {"ce_specversion": "1.0", "ce_id": identity, "ce_source": "/rollcall/test", "ce_type": topic(name),
                   "ce_time": "2026-09-01T00:00:00.000Z", "ce_subject": key, "content-type": "application/json",
                   "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                   "rc_district": str(self.district.id), "rc_run": str(run)}
        if name == "batch.normalized":
            headers.update(rc_page=key, rc_collection="users")
        self.producer.produce(topic(name), json.dumps(data).encode(), key.encode(), headers=list(headers.items()))

    def batches(self, run, roster, times=1):
        """Every page of a roster; the lanes list and seal them."""
        for collection in roster:
            pages = self.district.pages(run, collection, roster[collection])
            for page, records in pages:
                data = self.district.batch(run, collection, page, records)["payload"]
                for _ in range(times):
                    self.send("batch.normalized", run, page, data, page)
            self.district.list_pages(run, collection, pages)
        self.producer.flush(30)


@pytest.fixture
def scene(postgres, database, kafka, redis, tmp_path):
    if not program("rollcall-reconciler").exists():
        pytest.skip(f"{program('rollcall-reconciler')} is not built: run tests/run, or set ROLLCALL_BIN")
    make_topics(kafka)
    district = District(postgres, database, page_size=50)
    worker = Worker("rollcall-reconciler", {
        "ROLLCALL_KAFKA_BROKERS": kafka.brokers, "ROLLCALL_REDIS_URL": redis.url, "ROLLCALL_STAGE_INSTANCE": "one",
        "ROLLCALL_KEYS_ACCEPT_PLAIN": "true",  # batches are sent by hand
        "ROLLCALL_DATABASE_URL": postgres.url("rollcall_reconciler", database)}, tmp_path)
    worker.start().wait_ready()
    yield district, Wire(kafka, district), worker
    if worker.alive:
        assert worker.stop() == 0
    assert worker.sanitizer_report() == ""
    district.close()


ROSTER = school([user(f"u{n}") for n in range(500)])


def wait_mirrored(district, run):
    wait_until(lambda: district.run_row(run)["mirrored_at"], "the run is mirrored", 60)
    wait_until(lambda: district.run_row(run)["finished_at"], "the run has ended", 60)


def test_batches_that_come_twice_become_one_mirror_and_one_run_finished(scene):
    district, wire, _ = scene
    run = district.begin(tuple(ROSTER))
    wire.batches(run, ROSTER, times=2)
    wait_mirrored(district, run)
    assert district.one("SELECT count(*) FROM mirror_record WHERE version = 1") == 504
    wait_until(lambda: district.one("SELECT count(*) FROM outbox") == 0, "the outbox is empty")
    finished = [record for record in wire.kafka.records(topic("run.finished")) if record.headers["rc_run"] == str(run)]
    assert len(finished) == 1
    assert len(wire.kafka.records(topic("snapshot.ready"))) == 1


def test_a_reconciler_killed_in_the_midst_goes_on_where_it_was(scene):
    district, wire, worker = scene
    run = district.begin(tuple(ROSTER))
    worker.kill()
    worker.set(ROLLCALL_FAULT="reconciler.stage.committed:kill@3").start()
    wire.batches(run, ROSTER)
    if worker.ended(60) != -signal.SIGKILL:
        pytest.skip("built without fault points")
    worker.set(ROLLCALL_FAULT=None).start()
    wait_mirrored(district, run)
    assert district.one("SELECT count(*) FROM batch_ledger WHERE run_id = %s", run) == 14
    assert district.one("SELECT count(*) FROM mirror_record WHERE version = 1") == 504


def test_a_batch_that_cannot_be_read_is_set_aside_and_its_run_parked(scene):
    district, wire, _ = scene
    run = district.begin(("users",))
    pages = district.pages(run, "users", ROSTER["users"])
    for page, records in pages[1:]:
        wire.send("batch.normalized", run, page, district.batch(run, "users", page, records)["payload"], page)
    wire.send("batch.normalized", run, pages[0][0], {"batch": {"page": pages[0][0]}}, pages[0][0])
    wire.producer.flush(30)
    district.list_pages(run, "users", pages)
    wait_until(lambda: district.one("SELECT count(*) FROM dead_letter WHERE stage = 'rollcall-reconciler'") == 1, "the dead letter is recorded")
    row = district.all("SELECT origin_topic, error_class, error FROM dead_letter")[0]
    assert (row["origin_topic"], row["error_class"]) == (topic("batch.normalized"), "reject")
    assert "batch.collection" in row["error"]
    wait_until(lambda: district.run_row(run)["parked"], "the run waits for a person")
