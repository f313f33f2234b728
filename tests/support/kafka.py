"""Apache Kafka for tests: one broker in KRaft mode.

A broker takes seconds to start, so a test session shares one; renew() gives the next test one without
topics, groups or members of the last. (Deleting topics is not enough: a killed static member keeps its
group busy until its session times out.) An outage test may stop(), start() and kill() it as it likes.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from support.paths import kafka_libs
from support.process import Daemon, free_port, wait_until

JVM = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xlog:disable"]
CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"  # any: no two brokers of a test ever meet
LARGEST_MESSAGE = 18 * 1024 * 1024

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
message.max.bytes={largest}
replica.fetch.max.bytes={largest}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
"""


@dataclass
class Record:
    """A message as it stands in a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


class Kafka:
    """One broker; port and data survive stop() and start(), and only the port survives renew()."""

    def __init__(self, folder: Path, jvm: list[str] | None = None):
        self.folder = Path(folder)
        self.jvm = jvm if jvm is not None else [f"-XX:SharedArchiveFile={class_archive()}"]
        self.port = free_port()
        self.controller = free_port()
        self.data = self.folder / "data"
        self.used = False
        self.daemon: Daemon | None = None

    @property
    def brokers(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> "Kafka":
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.data.exists():
            self._format()
        argv = ["java", *JVM, *self.jvm, "-Xmx512m", "-cp", f"{kafka_libs()}/*", "kafka.Kafka"]
        argv += [self._properties]
        self.daemon = Daemon("kafka", argv, self.folder)
        before = self.daemon.log().count("Kafka Server started")
        self.daemon.start()
        self.daemon.ready_when(lambda: self.daemon.log().count("Kafka Server started") > before, 90)
        self.used = True
        return self

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _format(self) -> None:
        """Formatting costs a JVM; the result is kept and copied for every renewal."""
        fresh = self.folder / "formatted"
        if not fresh.exists():
            self._write_properties(fresh)
            argv = ["java", *JVM, "-Xmx128m", "-cp", f"{kafka_libs()}/*", "kafka.tools.StorageTool"]
            argv += ["format", "-t", CLUSTER_ID, "-c", self._properties]
            tool = Daemon("kafka-format", argv, self.folder).start()
            assert tool.ended(60) == 0, tool.tail()
        shutil.copytree(fresh, self.data)
        self._write_properties(self.data)

    def _write_properties(self, data: Path) -> None:
        text = PROPERTIES.format(
            port=self.port, controller=self.controller, data=data, largest=LARGEST_MESSAGE
        )
        self._properties.write_text(text)

    def renew(self) -> "Kafka":
        """A broker that has never been used, at the same address."""
        if self.used:
            self.kill()
            shutil.rmtree(self.data)
            self.start()
        self.used = True
        return self

    def stop(self) -> None:
        if self.daemon:
            self.daemon.stop(seconds=60)

    def kill(self) -> None:
        if self.daemon:
            self.daemon.kill()

    def __enter__(self) -> "Kafka":
        return self.start()

    def __exit__(self, *_) -> None:
        self.kill()

    # --- a second opinion on what stands in the topics: not our own client -----------------------------

    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.brokers})

    def topics(self) -> dict[str, int]:
        """Name and number of partitions, internal topics left out."""
        listed = self.admin().list_topics(timeout=20).topics
        return {name: len(topic.partitions) for name, topic in listed.items() if not name.startswith("__")}

    def records(self, topic: str) -> list[Record]:
        """Everything that stands in the topic now, partition by partition."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.brokers,
                "group.id": "second-opinion",
                "enable.auto.commit": False,
                "enable.partition.eof": False,
                "fetch.message.max.bytes": LARGEST_MESSAGE,
            }
        )
        try:
            return self._drain(consumer, topic)
        finally:
            consumer.close()

    def _drain(self, consumer: Consumer, topic: str) -> list[Record]:
        ends = {}
        for partition in range(self.topics()[topic]):
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=20)
            if high > low:
                ends[partition] = (low, high)
        consumer.assign([TopicPartition(topic, part, low) for part, (low, _) in ends.items()])
        missing = {part: high for part, (_, high) in ends.items()}
        found: list[Record] = []
        while missing:
            message = consumer.poll(20)
            assert message is not None, f"{topic} went silent before its end: {missing}"
            if message.error():
                raise KafkaException(message.error())
            found.append(_record(message))
            if message.offset() + 1 >= missing.get(message.partition(), 0):
                missing.pop(message.partition(), None)
        return sorted(found, key=lambda record: (record.partition, record.offset))

    def produce(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None = None,
        headers: dict[str, str] | None = None,
        partition: int = -1,
    ) -> None:
        """Sends one message and waits until the broker has it."""
        failures = []
        producer = Producer({"bootstrap.servers": self.brokers, "message.max.bytes": LARGEST_MESSAGE})
        producer.produce(
            topic,
            value,
            key,
            partition,
            headers=list((headers or {}).items()),
            on_delivery=lambda error, _: failures.append(error) if error else None,
        )
        assert producer.flush(30) == 0, "the broker did not take the message"
        assert not failures, failures

    def produce_one(self) -> None:
        """The shortest life of a topic: made, written to, read."""
        admin = self.admin()
        for done in admin.create_topics([NewTopic("one", 1, 1)]).values():
            done.result(30)
        self.produce("one", b"1")
        assert len(self.records("one")) == 1

    def lag(self, group: str, topics: list[str]) -> int:
        """Messages of the topics that the group has not committed yet."""
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": group})
        try:
            places = [TopicPartition(t, p) for t in topics for p in range(self.topics()[t])]
            behind = 0
            for place in consumer.committed(places, timeout=20):
                low, high = consumer.get_watermark_offsets(place, timeout=20)
                behind += high - (place.offset if place.offset >= 0 else low)
            return behind
        finally:
            consumer.close()

    def wait_for_no_lag(self, group: str, topics: list[str], seconds: float = 60.0) -> None:
        wait_until(lambda: self.lag(group, topics) == 0, f"{group} has read all", seconds, 0.3)


def class_archive() -> Path:
    """Kafka's classes as the JVM wants them in memory: a third off every start. Optional."""
    return kafka_libs() / "kafka.jsa"


def make_class_archive() -> None:
    """Runs a broker once that writes down, at its end, what it loaded."""
    partial = class_archive().with_suffix(".new")
    partial.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="rollcall-kafka-") as folder:
        with Kafka(Path(folder), [f"-XX:ArchiveClassesAtExit={partial}"]) as broker:
            broker.produce_one()
            broker.stop()
    partial.rename(class_archive())


def _record(message) -> Record:
    headers = {name: (value or b"").decode() for name, value in message.headers() or []}
    return Record(
        message.topic(), message.partition(), message.offset(), message.key(), message.value(), headers
    )


if __name__ == "__main__":
    make_class_archive()
