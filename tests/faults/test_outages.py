"""PostgreSQL, Redis, Kafka and the mail server away, when the programs start and in the middle of a run: everybody waits, and the end is
the same (S3)."""

import time

import pytest
from support.cli import Cli
from support.kafka import Kafka
from support.mail import MailSink
from support.postgres import OWNER, Postgres
from support.redisd import Redis
from support.stack import PROGRAMS, Stack
from support.twin import Twin
from with_faults import applied_once, deliveries, leases_run_out, one_snapshot, quick_worker, start_quick, told_once, wait_done

pytestmark = pytest.mark.slow
AWAY_S = 3.0


@pytest.fixture(scope="module", name="stack")
def _stack(programs, tmp_path_factory, shared_sis):
    """A stack whose servers are its own, to be stopped at will; what PostgreSQL acknowledged outlives it."""
    folder = tmp_path_factory.mktemp("outages")
    shared_sis.reset()
    with Postgres(synchronous_commit="on") as server, Redis(folder / "redis") as redis, Kafka(folder / "kafka") as kafka, MailSink() as mail:
        server.create_owner()
        database = server.create_database()
        Cli({"ROLLCALL_DATABASE_URL": server.url(OWNER, database)}).run("db", "migrate").ok()
        made = Stack(folder, server, database, redis, kafka, mail, shared_sis)
        made.cli.run("topics", "apply").ok()
        for name in PROGRAMS:
            quick_worker(made, name)
        try:
            yield made
            made.close()
        finally:
            made.kill()


SERVERS = {"postgresql": lambda stack: stack.postgres, "redis": lambda stack: stack.redis, "kafka": lambda stack: stack.kafka}


def finish(stack, twin, run):
    wait_done(stack, twin.district, run, seconds=150)
    twin.today()
    twin.check()
    one_snapshot(stack, run, repeated=True)
    applied_once(stack, run)
    for _, state, message_id in told_once(stack, run, "held", "result"):
        assert (state, deliveries(stack, message_id)) == ("accepted", 1)


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_that_is_away_at_the_start_is_waited_for(stack, server):
    start_quick(stack)
    twin = Twin(stack, f"start-{server}", seed=1, students=15, schools=1)
    for worker in stack.workers.values():
        worker.kill()
    SERVERS[server](stack).stop()
    for worker in stack.workers.values():
        worker.start()
    time.sleep(AWAY_S)
    assert all(worker.alive for worker in stack.workers.values())
    assert not all(worker.admin.ready() for worker in stack.workers.values())
    SERVERS[server](stack).start()
    leases_run_out(stack)
    for worker in stack.workers.values():
        worker.wait_ready()
    finish(stack, twin, twin.district.start_run())


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_that_goes_away_in_mid_run_is_waited_for(stack, server):
    start_quick(stack)
    twin = Twin(stack, f"midrun-{server}", seed=2, students=60, schools=1, source={"page_size": 10})
    stack.sis.fault(twin.district.slug, "drip", piece=500, pause=0.01)
    run = twin.district.start_run()
    listed = "SELECT count(*) FROM lane_page WHERE run_id = %s"
    stack.wait(lambda: stack.sql(listed, [run])[0][0] > 3, "some pages are listed")
    SERVERS[server](stack).stop()
    time.sleep(AWAY_S)
    assert all(worker.alive for worker in stack.workers.values())
    SERVERS[server](stack).start()
    finish(stack, twin, run)
    assert all(worker.alive for worker in stack.workers.values())


def mailless(stack):
    stack.mail.stop()


def refusing(stack):
    stack.mail.fail_always("RCPT", "451 come back later")


def full(stack):
    stack.mail.fail_always("DATA", "452 no room for it now")


@pytest.mark.parametrize("trouble", [mailless, refusing, full])
def test_a_mail_server_that_is_away_or_refuses_gets_each_mail_later_and_once(stack, trouble):
    start_quick(stack)
    twin = Twin(stack, f"mail-{trouble.__name__.replace('_', '-')}", seed=3, students=15, schools=1)
    trouble(stack)
    run = twin.district.sync()
    tried = "SELECT coalesce(min(attempts), 0) FROM mail WHERE about = %s"
    stack.wait(lambda: stack.sql(tried, [run])[0][0] >= 2, "the mail was tried twice")
    assert not [mail for mail in stack.mail.taken() if twin.district.owner in mail.recipients]
    stack.mail.heal()
    if trouble is mailless:
        stack.mail.start()
    finish(stack, twin, run)
