"""The Containerfile and the compose file agree with each other and with the programs, as far as reading them
tells; tests/e2e/test_containers.py builds and runs them where podman is installed."""

import re

import pytest
import yaml

from support.containers import COMPOSE, CONTAINERFILE, PROGRAMS
from support.paths import ROOT

TEXT = CONTAINERFILE.read_text()
SYSTEM = yaml.safe_load(COMPOSE.read_text())
SERVICES = SYSTEM["services"]
TARGETS = re.findall(r"^FROM \S+ AS (\S+)", TEXT, re.M)


def stage(target):
    return re.search(rf"^FROM (\S+) AS {target}\n(.*?)(?=^FROM |\Z)", TEXT, re.M | re.S)


def test_every_image_stands_on_the_base_that_is_an_argument():
    assert re.search(r"^ARG BASE=", TEXT, re.M)
    assert {name for name in re.findall(r"^FROM (\S+)", TEXT, re.M)} - set(TARGETS) == {"${BASE}"}


@pytest.mark.parametrize("program", [*PROGRAMS, "cli"])
def test_a_program_has_a_target_of_its_own_that_holds_it_alone(program):
    base, body = stage(program).groups()
    assert base == "runtime"
    binary = "rollcall" if program == "cli" else f"rollcall-{program}"
    assert f"COPY --from=build /out/{binary} /usr/bin/" in body
    assert f'ENTRYPOINT ["/usr/bin/{binary}"]' in body
    assert "RUN" not in body


def test_programs_run_as_a_number_and_end_on_term():
    body = stage("runtime")[2]
    assert "USER 65532:65532" in body
    assert "STOPSIGNAL SIGTERM" in body
    assert "org.opencontainers.image.licenses" in body


def test_every_service_is_built_from_a_target_that_exists():
    assert {service["build"]["target"] for service in SERVICES.values()} <= set(TARGETS)


def test_several_fetchers_are_started():
    assert SERVICES["fetcher"]["deploy"]["replicas"] >= 2


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_worker_waits_for_tables_and_topics_and_may_do_nothing_on_its_host(program):
    service = SERVICES[program]
    for one_shot in ("migrate", "topics"):
        assert service["depends_on"][one_shot] == {"condition": "service_completed_successfully"}
    assert service["healthcheck"]["test"] == ["CMD", f"/usr/bin/rollcall-{program}", "--healthcheck"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert f"rollcall_{program.replace('-', '_')}@" in service["environment"]["ROLLCALL_DATABASE_URL"]


def test_servers_are_waited_for_until_they_are_healthy():
    for name in ("postgres", "redis", "kafka", "mail"):
        assert "healthcheck" in SERVICES[name], name
    assert SERVICES["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert SERVICES["topics"]["depends_on"]["kafka"] == {"condition": "service_healthy"}


def test_the_compose_file_has_no_version_and_publishes_nothing_of_the_programs():
    assert "version" not in SYSTEM
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == []


def test_images_and_local_system_run_the_same_kafka():
    assert "deploy/local/kafka/pom.xml" in stage("kafka-jars")[2]
    assert (ROOT / "deploy/local/kafka/pom.xml").exists()
