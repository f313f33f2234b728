"""deploy/local: the first command of the README, on ports and in a folder of its own. The packages are there
already (a test installs nothing); what a bare machine needs is tried by hand in a fresh Debian."""

import os
import re
import signal
import socket
import subprocess
import time

import pytest

from support.paths import ROOT, kafka_libs
from support.process import free_port, wait_until

pytestmark = pytest.mark.slow

LOCAL = ROOT / "deploy" / "local"
PORTS = re.findall(r"^(?:PORT_TABLE=')?([A-Z_0-9]+) \d+", (LOCAL / "lib" / "common.sh").read_text(), re.M)
SECOND_START_SECONDS = 60  # a few on an idle machine; building, migrating or syncing anew takes longer on any


class Local:
    """The scripts, run with a state folder and ports of this test."""

    def __init__(self, folder):
        self.state = folder / "local"
        self.ports = {name: free_port() for name in PORTS}
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("ROLLCALL_")}
        self.env |= {f"ROLLCALL_LOCAL_{name}_PORT": str(port) for name, port in self.ports.items()}
        self.env |= {"ROLLCALL_LOCAL_DIR": str(self.state), "ROLLCALL_KAFKA_LIBS": str(kafka_libs())}

    def run(self, script, *arguments, status=0, **env):
        done = subprocess.run(
            [LOCAL / script, *arguments],
            env=self.env | env, capture_output=True, text=True, timeout=1200, check=False,
        )  # fmt: skip
        assert done.returncode == status, f"{script}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def mails(self):
        return sorted((self.state / "mail").glob("*.eml"))

    def pids(self):
        return {path.stem: int(path.read_text().split()[0]) for path in (self.state / "run").glob("*.pid")}


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    if not list(kafka_libs().glob("kafka_2*.jar")):
        pytest.skip(f"no Kafka in {kafka_libs()}: tests/run fetches it")
    made = Local(tmp_path_factory.mktemp("local"))
    yield made
    made.run("down")


@pytest.fixture(scope="module")
def started(local):
    local.first_words = local.run("up")
    return local


def test_the_first_start_ends_with_a_mail_on_screen_and_what_to_try_next(started):
    words = started.first_words
    assert "FAILED" not in words
    assert "The plan waits" in words
    assert "Subject: [OK] Maple County Schools" in words
    assert "deploy/local/next-day" in words


def test_everything_runs_and_says_where(started):
    words = started.run("status")
    assert "stopped" not in words
    assert all(str(port) in words for name, port in started.ports.items() if name != "KAFKA_CONTROLLER")


def test_a_second_start_is_quick_and_does_nothing_twice(started):
    mails, pids = started.mails(), started.pids()
    began = time.monotonic()
    started.run("up")
    assert time.monotonic() - began < SECOND_START_SECONDS
    assert started.mails() == mails
    assert started.pids() == pids


def test_the_next_day_brings_its_changes_and_one_more_mail(started):
    before = len(started.mails())
    words = started.run("next-day")
    assert re.search(r"Subject: \[OK\] Maple County Schools: \d+ new, \d+ changed", words)
    assert len(started.mails()) == before + 1


def test_a_port_that_is_taken_is_named_with_its_variable_and_nothing_is_stopped(started):
    pids = started.pids()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        words = started.run("up", status=1, ROLLCALL_LOCAL_REDIS_PORT=taken)
    assert f"Port {taken} is in use" in words
    assert "ROLLCALL_LOCAL_REDIS_PORT=" in words
    assert started.pids() == pids


def test_what_was_killed_is_started_again_with_its_data(started):
    pids = started.pids()
    for name in ("postgres", "kafka", "redis", "reconciler"):
        os.kill(pids[name], signal.SIGKILL)
    wait_until(lambda: "postgres     stopped" in _status(started), "status sees it")
    started.run("up")
    assert started.run("rollcall", "run", "list", "-o", "json").count('"Completed"') >= 1


def _status(local):
    done = subprocess.run([LOCAL / "status"], env=local.env, capture_output=True, text=True, check=False)
    return done.stdout


def test_down_ends_every_process_and_a_later_start_finds_the_district(started):
    pids = started.pids()
    started.run("down")
    assert [name for name, pid in pids.items() if os.path.exists(f"/proc/{pid}") and not _zombie(pid)] == []
    started.run("status", status=3)
    words = started.run("up")
    assert "Completed" in words


def _zombie(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
