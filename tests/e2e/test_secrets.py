"""What is sealed stays so: planted names and secrets are looked for everywhere between the source and the directory; keys are rotated
and master keys mistaken while pages are on their way, and a district's keys destroyed."""

import base64
import subprocess

import pytest
from sis.generate import make_district
from support import seal
from support.cli import Cli
from support.stack import DONE, SECRET
from support.twin import Twin

PLANTED = "Zyxwvutian"
SEALED = ("rollcall.page.fetched.v1", "rollcall.batch.normalized.v1")


def planted_world():
    """A district in which everybody carries the planted name."""
    world = make_district(1, students=30, schools=1)
    for user in world["users"]:
        user["familyName"] = f"{PLANTED}-{user['familyName']}"
        user["email"] = f"{PLANTED.lower()}.{user['sourcedId']}@pupils.example"
    return world


def everything_on_topics(stack):
    """(topic, bytes) of each key, header and payload as the broker has them."""
    for topic in stack.kafka.topics():
        for record in stack.kafka.records(topic):
            yield topic, (record.key or b"") + (record.value or b"") + repr(record.headers).encode()


def assert_nowhere(planted, found, where):
    for text in planted:
        assert text.lower() not in found.lower(), f"{text!r} stands in {where}"


def data_key_secrets(stack, district):
    with stack.connect() as connection:
        keys = list(seal.data_keys(connection, district).values())
    return [text for key in keys for text in (key, key.hex().encode(), base64.b64encode(key))]


def set_one_page_aside(stack, district):
    """A run in which one page of users is refused; its dead letter."""
    stack["normalizer"].stop()
    stack["normalizer"].set(ROLLCALL_FAULT=f"normalizer.page:reject={district.id} users").start().wait_ready()
    run = district.start_run()
    stack.wait(lambda: stack.sql("SELECT 1 FROM dead_letter") or district.state_of(run) in ("On hold", *DONE), "a page is set aside")
    if not stack.sql("SELECT 1 FROM dead_letter"):
        pytest.skip("built without fault points")
    stack["normalizer"].stop()
    stack["normalizer"].set(ROLLCALL_FAULT=None).start().wait_ready()
    return run, stack.sql("SELECT dead_letter_id::text FROM dead_letter")[0][0]


def test_a_planted_name_stands_in_the_directory_and_nowhere_on_the_way(stack):
    stack.start()
    district = stack.district("maple-county", world=planted_world())
    run, letter = set_one_page_aside(stack, district)
    shown = stack.cli.run("dead-letter", "list").out + stack.cli.run("dead-letter", "show", letter, "-o", "json").out
    stack.cli.run("dead-letter", "replay", letter).ok()
    district.wait_for_run(run)
    district.approve()
    district.wait_for_run(run, *DONE)
    assert stack.sql("SELECT count(*) > 30 FROM account WHERE family_name LIKE %s", [f"{PLANTED}%"]) == [(True,)]

    names = [PLANTED.encode(), SECRET.encode(), *data_key_secrets(stack, district.id)]
    seen = set()
    for topic, found in everything_on_topics(stack):
        seen.add(topic)
        assert_nowhere(names, found, topic)
    assert {*SEALED, "rollcall.dead.letter.v1"} <= seen
    for worker in stack.workers.values():
        assert_nowhere(names, worker.log().encode(), f"the log of {worker.name}")
    assert_nowhere(names, shown.encode(), "what the tool says of a dead letter")
    # A dump holds the directory, and nothing to sign in with or to open payloads with.
    dump = subprocess.run(["pg_dump", "-d", stack.postgres.url("postgres", stack.database)], capture_output=True, check=True).stdout
    ((wrapped,),) = stack.sql("SELECT hash_wrapped FROM district_key")
    hash_key = seal.unwrap(district.id, "hash-key", bytes(wrapped))
    assert PLANTED.encode() in dump
    assert_nowhere([*names[1:], hash_key.hex().encode(), seal.MASTER.encode(), SECRET.encode().hex().encode()], dump, "the dump")


def pages_by_key(stack):
    """Key id → pages that it sealed."""
    found = {}
    for record in stack.kafka.records(SEALED[0]):
        found.setdefault(seal.key_id_of(record.value), []).append(record)
    return found


def test_keys_change_while_pages_are_on_their_way_and_a_mistaken_master_key_loses_nothing(stack):
    stack.start("fetcher", "reconciler", "notifier", "scheduler", ROLLCALL_LOG_LEVEL="info")
    twin = Twin(stack, "maple-county", seed=1, students=40, schools=1, source={"page_size": 20})
    run = twin.district.start_run()
    stack.wait(lambda: pages_by_key(stack), "pages are on their way")

    wrong = stack.worker("normalizer", "mistaken", ROLLCALL_KEYS_MASTER=Cli({}).run("key", "generate").ok().out.strip()).start()
    assert wrong.ended(30) == 1 and "keys.master-old" in wrong.log()
    none = stack.worker("normalizer", "without", ROLLCALL_KEYS_MASTER="").start()
    assert none.ended(30) == 78 and "rollcall key generate" in none.log()

    twin.district.run("key", "rotate").ok()
    stack["fetcher"].stop()
    stack["fetcher"].start().wait_ready()
    stack.start("normalizer")
    twin.district.wait_for_run(run, "On hold")
    twin.district.approve()
    twin.district.wait_for_run(run, *DONE)
    twin.today()
    twin.check()
    twin.district.sync()
    assert len(pages_by_key(stack)) == 2
    assert stack.sql("SELECT count(*) FROM dead_letter") == [(0,)]


def test_what_a_destroyed_key_sealed_is_set_aside_unread_and_other_districts_go_on(stack):
    stack.start("fetcher", "reconciler", "notifier", "scheduler")
    gone = stack.district("maple-county", world=planted_world())
    stays = Twin(stack, "birch-county", seed=2, students=20, schools=1)
    run = gone.start_run()
    stack.wait(lambda: pages_by_key(stack), "pages are on their way")
    gone.run("run", "cancel", run, "--reason", "contract ended").ok()
    stack.cli.run("district", "pause", "maple-county", "--reason", "contract ended").ok()
    certificate = gone.json("key", "destroy", "--yes")["certificate"]
    assert certificate[0]["what"] == "data keys" and certificate[0]["count"] in (1, "1")

    stack.start("normalizer")
    stays.district.first_sync()
    stays.today()
    stays.check()
    stack.wait(lambda: stack.sql("SELECT 1 FROM dead_letter WHERE district_id = %s", [gone.id]), "its pages are set aside")
    errors = stack.sql("SELECT DISTINCT error FROM dead_letter")
    assert len(errors) == 1 and "was destroyed" in errors[0][0]
    for topic, found in everything_on_topics(stack):
        assert_nowhere([PLANTED.encode()], found, topic)


def test_a_broker_that_swaps_the_payloads_of_two_pages_is_found_out(stack):
    stack.start("fetcher", "reconciler", "notifier", "scheduler")
    twin = Twin(stack, "maple-county", seed=3, students=30, schools=1, source={"page_size": 20})
    run = twin.district.start_run()
    stack.wait(lambda: len(stack.kafka.records(SEALED[0])) > 1, "pages are on their way")
    one, two = stack.kafka.records(SEALED[0])[:2]
    for headers, payload in ((one, two), (two, one)):
        stack.kafka.produce(SEALED[0], payload.value, headers.key, headers.headers)

    stack.start("normalizer")
    twin.district.wait_for_run(run, "On hold")
    stack.wait(lambda: stack.sql("SELECT count(*) FROM dead_letter") == [(2,)], "both are set aside")
    ((error,),) = stack.sql("SELECT DISTINCT error FROM dead_letter")
    assert "sealed for another message" in error and "opening topic:page.fetched of district" in error
    stack.wait(lambda: stack.sql("SELECT count(*) FROM dead_letter WHERE state = 'open'") == [(0,)], "the true pages closed them")
    twin.district.approve()
    twin.district.wait_for_run(run, *DONE)
    twin.today()
    twin.check()
