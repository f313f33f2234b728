"""Groups of stages over a real Kafka: members come, go, are killed, and the broker restarts (S1, S4).

The stage is tests/integration/worker's: it does what its messages say, and traces what it does.
"""

import collections
import random
import time

import pytest
from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import NewTopic

from support.process import wait_until
from support.worker import Worker

ONE, TWO, DEAD = "rollcall.test.one.v1", "rollcall.test.two.v1", "rollcall.dead.letter.v1"
GROUP = "rollcall-test"
PARTITIONS = 8
ENVELOPE = {
    "ce_specversion": "1.0",
    "ce_source": "/rollcall/test",
    "ce_type": ONE,
    "rc_district": "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77",
}


def committed(consumer, places):
    try:
        consumer.commit(offsets=places, asynchronous=False)
    except KafkaException:  # the coordinator of a new broker is not there at once
        return False
    return True


class Group:
    """Stages of one group, and what they traced."""

    def __init__(self, kafka, redis, folder):
        self.kafka, self.redis, self.folder = kafka, redis, folder
        self.members: list[Worker] = []
        self.sent: list[str] = []
        self.assignor = "range"
        folder.mkdir(exist_ok=True)
        admin = kafka.admin()
        for made in admin.create_topics([NewTopic(t, PARTITIONS, 1) for t in (ONE, TWO, DEAD)]).values():
            made.result(30)
        self._start_at_the_beginning()

    def _start_at_the_beginning(self):
        consumer = Consumer({"bootstrap.servers": self.kafka.brokers, "group.id": GROUP})
        places = [TopicPartition(t, p, 0) for t in (ONE, TWO) for p in range(PARTITIONS)]
        wait_until(lambda: committed(consumer, places), "the group's first offsets are committed", 30)
        consumer.close()

    def start(self, **settings: str) -> Worker:
        env = {
            "ROLLCALL_TEST_FOLDER": str(self.folder),
            "ROLLCALL_KAFKA_BROKERS": self.kafka.brokers,
            "ROLLCALL_REDIS_URL": self.redis.url,
            "ROLLCALL_DATABASE_URL": "",
            "ROLLCALL_STAGE_ASSIGNOR": self.assignor,
            "ROLLCALL_STAGE_SESSION_TIMEOUT": "6s",
            "ROLLCALL_LOG_LEVEL": "debug",
            **settings,
        }
        member = Worker("made-up-stage", env, self.folder, f"stage-{len(self.members)}")
        member.start()
        self.members.append(member)
        return member

    def send(self, count: int, words: str) -> None:
        for number in range(len(self.sent), len(self.sent) + count):
            name = f"m{number}"
            self.kafka.produce(
                random.choice([ONE, TWO]),
                f"{name} {words}".strip().encode(),
                name.encode(),
                {**ENVELOPE, "ce_id": name},
            )
            self.sent.append(name)

    def trace(self) -> list[str]:
        path = self.folder / "trace"
        return path.read_text().splitlines() if path.exists() else []

    def ended(self) -> collections.Counter:
        return collections.Counter(line.split()[1] for line in self.trace() if line.startswith("end "))

    def lag(self) -> int:
        return self.kafka.lag(GROUP, [ONE, TWO])

    def wait_until_done(self, seconds: float = 90.0) -> None:
        wait_until(lambda: self.lag() == 0, "everything is committed", seconds)
        assert set(self.ended()) == set(self.sent)

    def stop(self) -> None:
        for member in self.members:
            if member.alive:
                started = f"/{member.pid} "  # before that a signal ends it as any program
                wait_until(lambda m=member, s=started: s in m.log(), "it has started")
                assert member.stop() == 0
            assert not member.sanitizer_report()

    def never_beside_itself(self) -> bool:
        """A message was never begun while it ran elsewhere. (A killed member leaves a begin without an end.)"""
        running: set[str] = set()
        for line in self.trace():
            what, name = line.split()
            if what == "begin" and name in running:
                return False
            (running.add if what == "begin" else running.discard)(name)
        return True


@pytest.fixture
def group(kafka, redis, tmp_path):
    group = Group(kafka, redis, tmp_path / "group")
    yield group
    for member in group.members:
        member.kill()


def come_and_go(group: Group) -> None:
    first = group.start()
    group.send(200, "sleep=50")
    time.sleep(2)
    second = group.start()
    time.sleep(3)
    third = group.start()
    group.send(100, "sleep=50")
    time.sleep(3)
    assert first.stop() == 0
    time.sleep(2)
    assert third.stop() == 0
    group.wait_until_done()
    assert second.alive
    group.stop()


@pytest.mark.parametrize("assignor", ["range", "roundrobin"])
def test_members_come_and_go_without_losing_or_doubling_a_message(group, assignor):
    group.assignor = assignor
    come_and_go(group)
    assert group.never_beside_itself()
    doubled = {name for name, times in group.ended().items() if times > 1}
    assert not doubled


@pytest.mark.parametrize("assignor", ["range", "roundrobin"])
def test_killed_members_lose_nothing(group, assignor):
    group.assignor = assignor
    members = [group.start() for _ in range(3)]
    group.send(300, "sleep=30")
    chance = random.Random(7)
    for _ in range(5):
        time.sleep(1.5)
        victim = chance.choice(members)
        victim.kill()
        victim.start()
    group.wait_until_done(120)
    assert not group.kafka.records(DEAD)
    group.stop()


def test_a_broker_s_restart_loses_nothing(group):
    group.start()
    group.send(100, "sleep=50")
    time.sleep(2)
    group.kafka.kill()
    time.sleep(3)
    group.kafka.start()
    group.send(50, "")
    group.wait_until_done(120)
    member = group.members[0]
    wait_until(member.admin.ready, "it is ready again", 60)
    group.stop()


def test_a_partition_in_trouble_is_paused_through_a_rebalance_and_read_on_from_where_it_stood(group):
    (group.folder / "outage").touch()
    group.start()
    group.send(60, "retry-while=outage")
    time.sleep(3)
    second = group.start()
    time.sleep(4)
    assert second.stop() == 0
    third = group.start()
    time.sleep(3)
    (group.folder / "outage").unlink()
    group.wait_until_done()
    assert group.ended() == collections.Counter(group.sent)
    assert third.alive
    group.stop()
    assert group.redis.client().keys("rollcall:attempts:*") == []


def test_a_static_member_comes_back_to_its_partitions_without_a_rebalance(group):
    static = {"ROLLCALL_TEST_STATIC": "1"}
    first = group.start(**static, ROLLCALL_STAGE_INSTANCE="one")
    second = group.start(**static, ROLLCALL_STAGE_INSTANCE="two")
    wait_until(lambda: second.events("stage.assigned"), "the second has its share", 60)
    group.send(20, "")
    group.wait_until_done()
    assigned = len(second.events("stage.assigned"))
    revoked = len(second.events("stage.revoked"))
    first.kill()
    first.start()
    group.send(20, "")
    group.wait_until_done()
    assert len(second.events("stage.assigned")) == assigned
    assert len(second.events("stage.revoked")) == revoked
    group.stop()


def test_a_second_process_with_the_same_instance_ends_the_first(group):
    static = {"ROLLCALL_TEST_STATIC": "1", "ROLLCALL_STAGE_INSTANCE": "one"}
    first = group.start(**static)
    group.send(5, "")
    group.wait_until_done()
    second = group.start(**static)
    assert first.ended(40) == 1
    group.send(5, "")
    group.wait_until_done()
    assert second.stop() == 0
