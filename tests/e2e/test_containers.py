"""The images and the compose file: the whole system in containers brings a district's roster to the
directory and the owner's mail. Needs podman; skipped, saying why, where it is not."""

import json
import subprocess

import psycopg
import pytest
from sis.client import Sis as SisControl

from support.cli import Outcome
from support.containers import PROGRAMS, Compose, build, make_base, podman, require_podman
from support.process import free_port, wait_until
from support.seal import MASTER
from support.stack import DONE, District

pytestmark = pytest.mark.slow

SERVICES = ("postgres", "redis", "kafka", "mail", "sis")
PORTS = ("KAFKA", "KAFKA_CONTROLLER", "REDIS", "POSTGRES", "SMTP", "SIS")


@pytest.fixture(scope="module")
def images():
    require_podman()
    make_base()
    return {target: build(target) for target in (*PROGRAMS, "cli", *SERVICES)}


class ContainerCli:
    """The command line tool as `compose run --rm cli` runs it; what District needs of a Cli."""

    def __init__(self, system: Compose):
        self.system = system

    def run(self, *words: object, stdin: str = "", **_) -> Outcome:
        done = self.system.run("cli", *(str(word) for word in words), stdin=stdin)
        return Outcome("rollcall " + " ".join(map(str, words)), done.returncode, done.stdout, done.stderr)

    def json(self, *words: object, **options):
        return self.run(*words, "-o", "json", **options).ok().json


class ContainerStack:
    """What District needs of a Stack, over a running compose file."""

    shares_files = False

    def __init__(self, system: Compose, ports: dict[str, int]):
        self.system = system
        self.ports = ports
        self.cli = ContainerCli(system)
        self.sis = SisControl(f"http://127.0.0.1:{ports['SIS']}")

    def sql(self, query: str, parameters=()) -> list[tuple]:
        address = f"postgresql://postgres@127.0.0.1:{self.ports['POSTGRES']}/rollcall"
        with psycopg.connect(address, options="-c search_path=rollcall") as connection:
            return connection.execute(query, parameters or None).fetchall()

    def wait(self, condition, what: str, seconds: float = 60.0):
        return wait_until(condition, what, seconds, 0.3)

    def describe(self) -> str:
        containers = [name for group in self.system.started.values() for name in group]
        return "\n".join(f"--- {name}\n{self.system.logs(name)}" for name in containers)


@pytest.fixture(scope="module")
def stack(images):
    ports = {name: free_port() for name in PORTS}
    variables = {f"ROLLCALL_{name}_PORT": str(port) for name, port in ports.items()}
    variables["ROLLCALL_KEYS_MASTER"] = MASTER
    with Compose(**variables) as system:
        system.up("demo")
        yield ContainerStack(system, ports)


@pytest.mark.parametrize("target", [*PROGRAMS, "cli"])
def test_a_program_s_image_runs_as_nobody_and_ends_on_term(images, target):
    config = json.loads(podman("inspect", images[target]).stdout)[0]["Config"]
    assert config["User"] == "65532:65532"
    assert config["StopSignal"] in ("SIGTERM", "15")
    assert config["Entrypoint"] == [f"/usr/bin/rollcall{'' if target == 'cli' else '-' + target}"]
    assert config["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"


@pytest.mark.parametrize("target", [*PROGRAMS, "cli"])
def test_a_program_s_image_holds_all_that_the_program_links_to(images, target):
    done = podman("run", "--rm", "--network", "host", "--ulimit", "nofile=10000:10000",
                  "--ulimit", "nproc=10000:10000", "--read-only", images[target], "--version")  # fmt: skip
    assert "rollcall" in done.stdout.lower()


def test_the_compose_file_starts_several_fetchers(stack):
    assert len(stack.system.started["fetcher"]) >= 2


def test_a_district_s_first_sync_reaches_the_directory_and_the_owner_s_mail(stack):
    district = District(stack, "maple-county")
    district.create()
    mail = stack.system.started["mail"][0]
    run = district.sync(240)
    # Who decides before he is asked is not asked any more.
    wait_until(lambda: _subjects(mail), "the mail that asks", 60, 0.5)
    district.approve()
    district.wait_for_run(run, *DONE, seconds=240)
    assert district.state_of(run).startswith("Completed")
    (accounts,) = stack.sql("SELECT count(*) FROM account")[0]
    assert accounts >= 60
    wait_until(lambda: len(_subjects(mail)) >= 2, "the mail that asks and the one that tells", 60, 0.5)
    assert sorted(subject.split("]")[0] for subject in _subjects(mail)) == ["Subject: [OK", "Subject: [On hold"]


def _subjects(container: str) -> list[str]:
    """Subjects of the mails that stand in the sink's folder."""
    done: subprocess.CompletedProcess = podman(
        "exec", container, "bash", "-c", "cat /data/*.txt 2>/dev/null | grep ^Subject: || :"
    )
    return done.stdout.splitlines()


def test_every_program_drains_and_ends_well_when_it_is_stopped(stack):
    ends = {
        container: stack.system.stop(container)
        for name in PROGRAMS
        for container in stack.system.started[name]
    }
    assert set(ends.values()) == {0}, ends
