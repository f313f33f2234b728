"""The starters keep what the tests rely on."""

import os
import signal
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request

import psycopg
import pytest

from support.mail import HANG_UP
from support.process import Daemon, accepts, free_port, wait_until
from support.redisd import Redis


def test_no_port_is_given_out_twice():
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50


def test_a_daemon_dies_with_the_test_run_that_started_it(tmp_path):
    script = (
        "import sys, os, pathlib, time\n"
        "from support.process import Daemon\n"
        f"d = Daemon('sleeper', ['sleep', '60'], pathlib.Path({str(tmp_path)!r})).start()\n"
        "while open(f'/proc/{d.pid}/comm').read() != 'sleep\\n': time.sleep(0.01)\n"
        "print(d.pid, flush=True); time.sleep(60)\n"
    )
    folder = os.path.dirname(os.path.dirname(__file__))
    run = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": folder}
    )
    sleeper = int(run.stdout.readline())
    run.send_signal(signal.SIGKILL)
    run.wait()
    wait_until(lambda: _is_gone(sleeper), "the daemon is gone", 10)


def _is_gone(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_program_that_ends_while_it_should_become_ready_is_named_with_its_last_words(tmp_path):
    daemon = Daemon("broken", ["sh", "-c", "echo no such option; exit 78"], tmp_path).start()
    with pytest.raises(AssertionError, match=r"(?s)broken ended with 78.*no such option"):
        daemon.ready_when(lambda: False)


def test_databases_copied_from_the_template_do_not_see_each_other(postgres):
    first = postgres.create_database()
    with postgres.connect("rollcall_owner", first) as connection:
        connection.execute("CREATE TABLE mark (id int)")
    second = postgres.create_database()
    with postgres.connect("rollcall_owner", second) as connection:
        assert connection.execute("SELECT to_regclass('mark')").fetchone() == (None,)
    postgres.drop_database(first)
    postgres.drop_database(second)


def test_a_restarted_postgresql_keeps_its_port_and_rows(postgres, empty_database):
    with postgres.connect("rollcall_owner", empty_database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    postgres.stop()
    with pytest.raises(psycopg.OperationalError):
        postgres.connect()
    postgres.start()
    with postgres.connect("rollcall_owner", empty_database) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_a_stopped_redis_frees_its_port_and_starts_empty(tmp_path):
    with Redis(tmp_path) as server:
        server.client().set("a", "1")
        server.stop()
        assert not accepts(server.port)
        server.start()
        assert server.client().get("a") is None


def test_a_renewed_broker_has_no_topics_and_keeps_its_address(kafka):
    from confluent_kafka.admin import NewTopic

    admin = kafka.admin()
    for done in admin.create_topics([NewTopic("t", 2, 1)]).values():
        done.result(30)
    kafka.produce("t", b"body", b"key", {"ce_id": "1"}, partition=1)
    (record,) = kafka.records("t")
    assert (record.partition, record.key, record.value, record.headers) == (1, b"key", b"body", {"ce_id": "1"})
    address = kafka.brokers
    kafka.renew()
    assert kafka.topics() == {}
    assert kafka.brokers == address


def send(sink, text="Subject: hello\r\n\r\nbody\r\n"):
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
        client.sendmail("from@example.org", ["to@example.org"], text)


def test_the_mail_sink_keeps_what_it_acknowledged(mail):
    send(mail)
    assert [(m.subject, m.recipients) for m in mail.taken()] == [("hello", ["to@example.org"])]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_the_mail_sink_refuses_once_and_then_takes(mail, stage):
    mail.fail(stage, "451 try later")
    with pytest.raises(smtplib.SMTPException):
        send(mail)
    assert mail.mails == []
    send(mail)
    assert len(mail.taken()) == 1


def test_a_sink_that_dies_after_the_dot_has_the_mail_without_having_said_so(mail):
    mail.fail("DATA", HANG_UP)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mail)
    assert mail.taken() == []
    assert [m.answered for m in mail.mails] == [False]


def test_a_stopped_sink_refuses_connections_until_it_is_started_again(mail):
    mail.stop()
    with pytest.raises(OSError):
        send(mail)
    mail.start()
    send(mail)
    assert len(mail.taken()) == 1


def test_the_pretend_sis_forgets_its_districts_between_tests(sis):
    sis.put("oak", generate={"seed": 1, "students": 20, "schools": 1})
    with urllib.request.urlopen(sis.base_url("oak") + "/orgs?limit=1", timeout=10) as answer:
        assert answer.status == 200
    sis.reset()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(sis.base_url("oak") + "/orgs?limit=1", timeout=10)
