"""`--healthcheck`: a program asks the running one of its kind, as a container's health check does."""

import subprocess

import pytest

from support.paths import program
from support.process import free_port
from support.worker import Worker, clean_environment

pytestmark = pytest.mark.usefixtures("programs")


def healthcheck(port):
    env = clean_environment({"ROLLCALL_ADMIN_PORT": str(port), "ROLLCALL_ADMIN_ADDRESS": "0.0.0.0"})
    argv = [program("rollcall-normalizer"), "--healthcheck"]
    return subprocess.run(argv, env=env, capture_output=True, text=True, timeout=30, check=False)


def test_a_running_program_is_healthy_though_its_servers_are_away(tmp_path):
    away = {
        "ROLLCALL_KAFKA_BROKERS": f"127.0.0.1:{free_port()}",
        "ROLLCALL_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "ROLLCALL_DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none",
    }
    with Worker("rollcall-normalizer", away, tmp_path) as worker:
        worker.ready_when(worker.admin.healthy, 20)
        assert not worker.admin.ready()
        done = healthcheck(worker.admin_port)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_program_that_is_not_there_is_not_healthy():
    done = healthcheck(free_port())
    assert done.returncode == 1
    assert "refused" in done.stderr


def test_without_an_admin_port_the_check_says_what_to_set():
    done = healthcheck(0)
    assert done.returncode == 78
    assert "admin.port" in done.stderr
