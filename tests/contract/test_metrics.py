"""What a program says on its admin port, read by Prometheus' own tools."""

import shutil
import subprocess

import pytest
from support import manuals
from support.paths import program
from support.worker import Worker

NOWHERE = {"ROLLCALL_KAFKA_BROKERS": "127.0.0.1:1", "ROLLCALL_REDIS_URL": "redis://127.0.0.1:1/0",
           "ROLLCALL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}


def promtool(*words, text=None):
    tool = shutil.which("promtool")
    if not tool:
        pytest.skip("no promtool: apt-get install prometheus")
    return subprocess.run([tool, *words], input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", manuals.WORKERS)
def test_what_a_program_without_servers_says_is_sound(name, tmp_path):
    if not program(f"rollcall-{name}").exists():
        pytest.skip("the programs are not built")
    worker = Worker(f"rollcall-{name}", NOWHERE, tmp_path, name)
    worker.start()
    try:
        worker.ready_when(lambda: worker.admin.get("/metrics")[0] == 200)
        text = worker.admin.get("/metrics")[1]
        assert (code := worker.admin.get("/readyz")[0]) == 503, f"it cannot work, but says {code}"
        found = worker.admin.metrics()
    finally:
        worker.kill()
    checked = promtool("check", "metrics", text=text)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert found["rollcall_ready"] == 0
    assert found["process_resident_memory_bytes"] > 2**20
    assert any(key.startswith("rollcall_build_info{version=") and ",commit=" in key for key in found)
