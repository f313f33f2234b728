"""Fixtures for tests across processes. Servers are shared by a session where a test can be given a clean
part of them (a database, an unused broker); what a test starts itself ends with it."""

import contextlib
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support.cli import Cli  # noqa: E402
from support.kafka import Kafka  # noqa: E402
from support.mail import MailSink  # noqa: E402
from support.paths import kafka_libs, program  # noqa: E402
from support.postgres import OWNER, Postgres  # noqa: E402
from support.redisd import Redis  # noqa: E402
from support.sis import Sis  # noqa: E402
from support.stack import Stack  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: left out by tests/run --quick")
    config.addinivalue_line("markers", "alone: compares times, so tests/run runs it beside nothing else")


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server with the owner's role, shared by the session."""
    with Postgres() as server:
        server.create_owner()
        yield server


@pytest.fixture
def empty_database(postgres):
    """The name of a database of rollcall_owner that holds nothing."""
    name = postgres.create_database()
    yield name
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def migrated_template(postgres):
    """The database that `database` copies: every migration applied, no rows."""
    name = postgres.create_database("rollcall_template")
    if program("rollcall").exists():
        Cli({"ROLLCALL_DATABASE_URL": postgres.url(OWNER, name)}).run("db", "migrate").ok()
    else:
        postgres.migrate_directly(name)
    return name


@pytest.fixture
def database(postgres, migrated_template):
    """The name of a fresh database with all tables; the programs' roles exist."""
    name = postgres.create_database(template=migrated_template)
    yield name
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory):
    with Redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(shared_redis):
    """The session's Redis, empty. A test that stops it starts its own `Redis(tmp_path)` instead."""
    shared_redis.flush()
    return shared_redis


@pytest.fixture(scope="session")
def shared_kafka(tmp_path_factory):
    if not list(kafka_libs().glob("kafka_2*.jar")):
        pytest.skip(f"no Kafka in {kafka_libs()}: run tests/run or deploy/local/up once, which fetch it")
    with Kafka(tmp_path_factory.mktemp("kafka")) as broker:
        broker.used = False
        yield broker


@pytest.fixture
def kafka(shared_kafka):
    """A running broker that nobody has used yet: no topics, no groups."""
    return shared_kafka.renew()


@pytest.fixture(scope="module")
def module_kafka(shared_kafka):
    """A broker that no other file has used: topics, groups and their members are this file's own."""
    return shared_kafka.renew()


@pytest.fixture
def kafka_as_it_is(module_kafka):
    """The file's broker with whatever stands in it, for tests that bring ids of their own."""
    module_kafka.used = True
    return module_kafka


@pytest.fixture
def mail():
    with MailSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def shared_sis(tmp_path_factory):
    with Sis(tmp_path_factory.mktemp("sis")) as server:
        yield server


@pytest.fixture
def sis(shared_sis):
    """The session's pretend SIS, without districts."""
    shared_sis.reset()
    return shared_sis


@pytest.fixture(scope="session")
def programs():
    """Skips where the programs are not built."""
    if not program("rollcall").exists():
        pytest.skip(f"{program('rollcall')} is not built: run tests/run, or set ROLLCALL_BIN")


@contextlib.contextmanager
def running_stack(folder, postgres, database, redis, kafka, mail, sis):
    """A stack with topics. Its workers must drain in time and leave no sanitizer's report; a failed test kills them instead."""
    made = Stack(folder, postgres, database, redis, kafka, mail, sis)
    made.cli.run("topics", "apply").ok()
    try:
        yield made
        made.close()
    finally:
        made.kill()


@pytest.fixture
def fast_programs(monkeypatch):
    """Optimised programs with fault points (preset points), where tests/run has built them; named before `stack`."""
    if fast := os.environ.get("ROLLCALL_FAST_BIN"):
        monkeypatch.setenv("ROLLCALL_BIN", fast)


@pytest.fixture
def stack(programs, tmp_path, postgres, database, redis, kafka, mail, sis):
    """All of Rollcall with topics and tables, no worker started and no district made."""
    with running_stack(tmp_path, postgres, database, redis, kafka, mail, sis) as made:
        yield made


@pytest.fixture(scope="module")
def module_stack(programs, tmp_path_factory, postgres, migrated_template, shared_redis, shared_kafka, shared_sis):
    """A stack that the tests of one file share: each brings districts of its own."""
    folder = tmp_path_factory.mktemp("stack")
    database = postgres.create_database(template=migrated_template)
    shared_redis.flush()
    shared_sis.reset()
    with MailSink() as mail, running_stack(folder, postgres, database, shared_redis, shared_kafka.renew(), mail, shared_sis) as made:
        yield made
    postgres.drop_database(database)
