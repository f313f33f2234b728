"""rollcall-normalizer with a real broker, database and Redis: pages in, batches or dead letters out."""

import hashlib
import json
import uuid

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import NewTopic

from support import messages, seal
from support.paths import ROOT, program
from support.process import wait_until
from support.worker import Worker

GOLDEN = ROOT / "tests" / "data" / "normalizer"
PAGES, BATCHES, LETTERS = (f"rollcall.{name}.v1" for name in ("page.fetched", "batch.normalized", "dead.letter"))
GROUP, PARTITIONS = "rollcall-normalizer", 3
LARGE = {"max.message.bytes": str(17 * 1024 * 1024)}


def page_id(*parts):
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def page_headers(district, collection="orgs", page=None, **more):
    """The headers of a page as the fetcher sends it."""
    page = page or page_id(uuid.uuid4())
    return {
        "ce_specversion": "1.0", "ce_id": page, "ce_source": "/rollcall/fetcher", "ce_type": PAGES,
        "ce_time": "2026-10-12T02:03:04.005Z", "ce_subject": page, "content-type": "application/json",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "rc_district": district, "rc_run": str(uuid.uuid4()), "rc_source": str(uuid.uuid4()),
        "rc_collection": collection, "rc_pass": "1", "rc_lane": "0", "rc_lane_id": str(uuid.uuid4()), "rc_step": "0",
        "rc_cursor": "0", "rc_place": "0", "rc_page": page, "rc_digest": page, "rc_format": "oneroster-rest/1.1",
        **more,
    }


def golden_headers(district, path):
    """Of a golden page: "users-errors.page.json", or "users-12-roles.page.json" of a 1.2 source."""
    collection, version = path.name.split("-")[:2]
    return page_headers(district, collection, rc_format="oneroster-rest/1.2" if version == "12" else "oneroster-rest/1.1")


def make_topics(kafka):
    """The three topics of a normalizer, and its group's place at their beginning."""
    admin = kafka.admin()
    topics = [NewTopic(name, PARTITIONS, 1, config=LARGE) for name in (PAGES, BATCHES, LETTERS)]
    for made in admin.create_topics(topics).values():
        made.result(30)
    consumer = Consumer({"bootstrap.servers": kafka.brokers, "group.id": GROUP})
    consumer.commit(offsets=[TopicPartition(PAGES, part, 0) for part in range(PARTITIONS)], asynchronous=False)
    consumer.close()


class Bench:
    """A normalizer, a database with districts, and what this test alone sent and got over the shared broker."""

    def __init__(self, kafka, postgres, database, redis, folder):
        self.kafka, self.postgres, self.database = kafka, postgres, database
        self.sent = set()
        env = {
            "ROLLCALL_KAFKA_BROKERS": kafka.brokers,
            "ROLLCALL_REDIS_URL": redis.url,
            "ROLLCALL_DATABASE_URL": postgres.url("rollcall_normalizer", database),
            "ROLLCALL_LOG_FORMAT": "json",
            "ROLLCALL_KEYS_ACCEPT_PLAIN": "true",  # pages are sent by hand
        }
        self.worker = Worker("rollcall-normalizer", env, folder)

    def district(self, key=b"0123456789abcdef0123456789abcdef"):
        """The id of a new district; without a key where key is None."""
        path = "-c search_path=rollcall"
        with self.postgres.connect(database=self.database, options=path) as connection:
            slug = f"d{uuid.uuid4().hex[:8]}"
            row = connection.execute("INSERT INTO district (slug, name) VALUES (%s, %s) RETURNING district_id",
                                     [slug, slug]).fetchone()
            if key:
                connection.execute("INSERT INTO district_key (district_id, hash_key) VALUES (%s, %s)", [row[0], key])
        return str(row[0])

    def send(self, headers, body, partition=-1):
        messages.validate(PAGES, headers, headers["rc_page"], body)
        self.sent.add(headers["rc_page"])
        self.kafka.produce(PAGES, body, headers["rc_page"].encode(), headers, partition)
        return headers["rc_page"]

    def batches(self, count):
        return self._wait(BATCHES, "rc_page", count)

    def letters(self, count):
        return self._wait(LETTERS, "rc_origin.rc_page", count)

    def _wait(self, topic, header, count):
        """At least so many, every one as its schema says."""
        what = f"{count} messages in {topic}\n{self.worker.tail()}"
        wait_until(lambda: len(self._mine(topic, header)) >= count, what, 60, 0.3)
        messages.validate_records(self._mine(topic, header))
        return self._mine(topic, header)

    def _mine(self, topic, header):
        found = [record for record in self.kafka.records(topic) if record.headers[header] in self.sent]
        with self.postgres.connect(database=self.database) as connection:
            for record in found:
                record.value = seal.opened(connection, record)
        return found


@pytest.fixture(scope="module")
def broker(shared_kafka):
    """One broker for this file: tests know their own pages by their ids."""
    make_topics(shared_kafka.renew())
    return shared_kafka


@pytest.fixture
def bench(broker, postgres, database, redis, tmp_path):
    if not program("rollcall-normalizer").exists():
        pytest.skip("rollcall-normalizer is not built")
    bench = Bench(broker, postgres, database, redis, tmp_path)
    yield bench
    if bench.worker.alive:
        assert bench.worker.stop() == 0, bench.worker.tail()
    assert not bench.worker.sanitizer_report()


def test_pages_of_all_collections_become_batches_that_their_schema_accepts(bench):
    district = bench.district()
    golden = sorted(GOLDEN.glob("*.page.json"))
    sent = {bench.send(golden_headers(district, path), path.read_bytes()): path for path in golden}
    bench.worker.start().wait_ready()
    records = bench.batches(len(golden))
    assert len(records) == len(golden)
    for record in records:
        due = json.loads(sent[record.key.decode()].with_name(
            sent[record.key.decode()].name.replace(".page.", ".batch.")).read_bytes())
        data = json.loads(record.value)
        assert data["records"] == due["records"]
        assert data["dropped"] == due["dropped"] and data["findings"] == due["findings"]
        assert record.headers["rc_district"] == district
    assert not bench.letters(0)
    bench.kafka.wait_for_no_lag(GROUP, [PAGES])


def test_a_page_that_comes_twice_gives_the_same_bytes_under_the_same_id(bench):
    headers = page_headers(bench.district(), "users")
    body = (GOLDEN / "users-errors.page.json").read_bytes()
    bench.send(headers, body)
    bench.send(headers, body)
    bench.worker.start().wait_ready()
    first, second = bench.batches(2)
    assert first.value == second.value
    assert {**first.headers, "traceparent": ""} == {**second.headers, "traceparent": ""}


def test_a_page_that_cannot_be_cut_is_one_dead_letter_and_others_go_on(bench):
    mine, other = bench.district(), bench.district()
    bad = bench.send(page_headers(mine), b'{"orgs":[{"sourcedId":"o1","name":"Secret', partition=0)
    good = bench.send(page_headers(other), b'{"orgs":[]}', partition=0)
    bench.worker.start().wait_ready()
    assert [record.key.decode() for record in bench.batches(1)] == [good]
    (letter,) = bench.letters(1)
    assert letter.headers["rc_origin.rc_page"] == bad
    assert letter.headers["rc_error_class"] == "reject" and letter.headers["rc_stage"] == "rollcall-normalizer"
    assert bad in letter.headers["rc_error"] and "cut off at byte 41" in letter.headers["rc_error"]
    assert "Secret" not in letter.headers["rc_error"] + bench.worker.log()
    bench.kafka.wait_for_no_lag(GROUP, [PAGES])


def test_a_district_without_a_key_is_set_aside_by_name(bench):
    district = bench.district(key=None)
    bench.send(page_headers(district), b'{"orgs":[]}')
    bench.worker.start().wait_ready()
    (letter,) = bench.letters(1)
    assert f"district {district} has no hash key" in letter.headers["rc_error"]


def test_each_district_is_hashed_under_its_own_key(bench):
    body = b'{"orgs":[{"sourcedId":"o1","name":"North","type":"school"}]}'
    for key in (b"a" * 32, b"b" * 32):
        bench.send(page_headers(bench.district(key)), body)
    bench.worker.start().wait_ready()
    hashes = {json.loads(record.value)["records"][0]["hash"] for record in bench.batches(2)}
    text = b'orgs\no1\n{"name":"North","type":"school"}'
    assert hashes == {hashlib.blake2b(text, digest_size=16, key=key).hexdigest() for key in (b"a" * 32, b"b" * 32)}


def test_no_value_of_a_person_is_logged(bench):
    bench.send(page_headers(bench.district(), "users"), (GOLDEN / "users-errors.page.json").read_bytes())
    bench.worker.set(ROLLCALL_LOG_LEVEL="debug").start().wait_ready()
    bench.batches(1)
    bench.worker.wait_for_event("page.normalized")  # it is told of what was sent
    (event,) = bench.worker.events("page.normalized")
    assert "1 records, 5 dropped, 5 findings" in event["msg"]
    assert "Person" not in bench.worker.log() and "Fine" not in bench.worker.log()


def test_a_kill_after_sending_repeats_the_same_batch(bench):
    page = bench.send(page_headers(bench.district()), b'{"orgs":[]}')
    bench.worker.set(ROLLCALL_FAULT="normalizer.sent:kill").start()
    bench.worker.ended(60)
    bench.worker.set(ROLLCALL_FAULT=None).start().wait_ready()
    first, second = bench.batches(2)
    assert first.value == second.value and first.headers["ce_id"] == second.headers["ce_id"]
    assert first.key.decode() == page
    bench.kafka.wait_for_no_lag(GROUP, [PAGES])


def large_page(records=11_000):
    """More than two parts hold."""
    orgs = (f'{{"sourcedId":"o{number}","name":"N","type":"school"}}' for number in range(records))
    return ('{"orgs":[' + ",".join(orgs) + "]}").encode()


def parts_by_number(records):
    return {int(record.headers["rc_part"]): record for record in records}


def test_a_large_page_comes_in_parts_that_hold_every_record_once(bench):
    bench.send(page_headers(bench.district()), large_page())
    bench.worker.start().wait_ready()
    parts = parts_by_number(bench.batches(3))
    assert sorted(parts) == [1, 2, 3] and {record.headers["rc_parts"] for record in parts.values()} == {"3"}
    assert len({record.headers["ce_id"] for record in parts.values()}) == 3
    records = [record for number in (1, 2, 3) for record in json.loads(parts[number].value)["records"]]
    assert [(record["place"], record["id"]) for record in records] == [(number, f"o{number}") for number in range(11_000)]


def test_a_kill_between_parts_repeats_the_same_parts(bench):
    bench.send(page_headers(bench.district()), large_page())
    bench.worker.set(ROLLCALL_FAULT="normalizer.part.sent:kill=2").start()
    bench.worker.ended(60)
    bench.worker.set(ROLLCALL_FAULT=None).start().wait_ready()
    records = bench.batches(5)
    assert sorted(int(record.headers["rc_part"]) for record in records) == [1, 1, 2, 2, 3]
    said = {(record.headers["ce_id"], record.value) for record in records}
    assert len(said) == 3, "the same bytes under the same ids"
    bench.kafka.wait_for_no_lag(GROUP, [PAGES])


@pytest.mark.slow
def test_a_page_that_kills_the_process_is_one_dead_letter(bench):
    district = bench.district()
    bad = bench.send(page_headers(district, rc_cursor="77"), b'{"orgs":[]}', partition=1)
    good = [bench.send(page_headers(district), b'{"orgs":[]}', partition=part) for part in (0, 1, 2)]
    bench.worker.set(ROLLCALL_FAULT=f"normalizer.page:kill={district} orgs {bad} 77").start()
    for _ in range(3):
        bench.worker.ended(60)
        bench.worker.start()
    (letter,) = bench.letters(1)
    assert letter.headers["rc_error_class"] == "crash" and letter.headers["rc_origin.rc_page"] == bad
    assert set(good) <= {record.key.decode() for record in bench.batches(3)}
    bench.worker.wait_ready()
