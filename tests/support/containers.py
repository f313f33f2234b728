"""Runs deploy/compose/compose.yaml with plain podman: every container on the host's network, each port
from the kernel, each service's name an alias of 127.0.0.1. What compose would do, in the part we use:
merge keys, variables with defaults, depends_on with conditions, health checks, replicas, one-shots.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from support.paths import ROOT, state
from support.process import free_port, wait_until

CONTAINERFILE = ROOT / "deploy" / "containers" / "Containerfile"
COMPOSE = ROOT / "deploy" / "compose" / "compose.yaml"
BASE = "localhost/rollcall-base:test"
# A host without systemd or with small limits runs containers all the same.
RUN = ["--network", "host", "--ulimit", "nofile=10000:10000", "--ulimit", "nproc=10000:10000"]
VARIABLE = re.compile(r"\$\{(\w+)(?::[-?]([^}]*))?\}")


def require_podman() -> None:
    """Skips, saying why, where containers cannot be built and run."""
    if os.geteuid() != 0:
        pytest.skip("containers are tested as root only: debootstrap and runc need it")
    for tool in ("podman", "runc", "debootstrap"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed: apt-get install podman runc debootstrap")


def podman(
    *words: object, check: bool = True, seconds: float = 1800, stdin: str = ""
) -> subprocess.CompletedProcess:
    """One podman command on a store of our own below .local, so that the host's images stay as they are."""
    home = state() / "containers"
    argv = ["podman", "--root", home / "storage", "--runroot", home / "run"]
    argv += ["--runtime", "runc", "--cgroup-manager", "cgroupfs", *words]
    done = subprocess.run(
        [str(word) for word in argv],
        input=stdin, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    if check:
        assert done.returncode == 0, f"podman {words[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done


def make_base() -> None:
    """Imports a minimal Debian 12 that has this machine's package sources and certificates."""
    if podman("image", "exists", BASE, check=False).returncode == 0:
        return
    root = state() / "containers" / "base"
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    make = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(root)]
    subprocess.run(make, check=True, capture_output=True)
    shutil.rmtree(root / "etc" / "apt")
    shutil.copytree("/etc/apt", root / "etc" / "apt", symlinks=True)
    own = Path("/usr/local/share/ca-certificates")
    if own.is_dir():
        shutil.copytree(own, root / "usr/local/share/ca-certificates", dirs_exist_ok=True)
    subprocess.run(["chroot", str(root), "update-ca-certificates"], check=True, capture_output=True)
    archive = root.with_suffix(".tar")
    subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
    podman("import", archive, BASE)
    archive.unlink()
    shutil.rmtree(root)


def build(target: str) -> str:
    """Builds one target; the layers before it are kept. Returns the image's name."""
    image = f"rollcall/{target}"
    podman(
        "build", "--isolation", "chroot", "--network", "host",
        "--ulimit", "nofile=10000:10000", "--build-arg", f"BASE={BASE}",
        "-f", CONTAINERFILE, "--ignorefile", f"{CONTAINERFILE}.dockerignore",
        "--target", target, "-t", image, ROOT,
    )  # fmt: skip
    return image


class Compose:
    """`with Compose(**variables) as system: system.up(profiles)`; every container ends with it."""

    def __init__(self, **variables: str):
        self.variables = variables
        self.services = yaml.safe_load(self._interpolated(COMPOSE.read_text()))["services"]
        self.prefix = f"rollcall-{os.getpid()}"
        self.started: dict[str, list[str]] = {}
        self.admin: dict[str, int] = {}

    def _interpolated(self, text: str) -> str:
        return VARIABLE.sub(lambda m: self.variables.get(m[1], m[2] or ""), text)

    def __enter__(self) -> "Compose":
        return self

    def __exit__(self, *_) -> None:
        names = [name for group in self.started.values() for name in group]
        if names:
            podman("rm", "-f", "-t", "0", *names, check=False)

    def chosen(self, profiles: set[str]) -> list[str]:
        """The services of no profile or of one of these."""
        return [
            name
            for name, service in self.services.items()
            if not service.get("profiles") or profiles & set(service["profiles"])
        ]

    def up(self, *profiles: str) -> None:
        """Starts the chosen services, each after what it depends on."""
        waiting = self.chosen(set(profiles))
        while waiting:
            able = [n for n in waiting if not set(self.services[n].get("depends_on", {})) & set(waiting)]
            assert able, f"these wait for each other: {waiting}"
            for name in able:
                self._start(name)
                waiting.remove(name)

    def _start(self, name: str) -> None:
        service = self.services[name]
        for other, demand in service.get("depends_on", {}).items():
            self._await(other, demand["condition"])
        replicas = service.get("deploy", {}).get("replicas", 1)
        self.started[name] = [self._run(name, number) for number in range(1, replicas + 1)]

    def _run(self, name: str, number: int) -> str:
        container = f"{self.prefix}-{name}-{number}"
        service = self.services[name]
        podman("run", "-d", "--name", container, *self.flags(name, container), *service.get("command", []))
        return container

    def flags(self, name: str, container: str) -> list[str]:
        """podman's flags and the image, as the service says."""
        service = self.services[name]
        flags = [*RUN]
        for alias in self.services:
            flags += ["--add-host", f"{alias}:127.0.0.1"]
        for key, value in service.get("environment", {}).items():
            flags += ["-e", f"{key}={value}"]
        if name == "fetcher":
            # One network for all: the pretend SIS listens on what is loopback here too.
            flags += ["-e", "ROLLCALL_FETCH_ALLOW_HOSTS=127.0.0.1"]
        if name in PROGRAMS:
            # One network for all: each program needs an admin port of its own.
            self.admin[container] = free_port()
            flags += ["-e", f"ROLLCALL_ADMIN_PORT={self.admin[container]}"]
        flags += ["--read-only"] if service.get("read_only") else []
        for folder in service.get("tmpfs", []):
            flags += ["--tmpfs", folder]
        for capability in service.get("cap_drop", []):
            flags += ["--cap-drop", capability]
        for option in service.get("security_opt", []):
            flags += ["--security-opt", option.replace(":true", "")]
        return [*flags, service["image"]]

    def _await(self, name: str, condition: str) -> None:
        (container, *_) = self.started[name]
        if condition == "service_healthy":
            wait_until(lambda: self.healthy(name, container), f"{name} is healthy", 90, 0.3)
            return
        assert condition == "service_completed_successfully", condition
        status = int(podman("wait", container, seconds=120).stdout)
        assert status == 0, f"{name} ended with {status}\n{self.logs(container)}"

    def healthy(self, name: str, container: str) -> bool:
        assert self.state(container) == "running", f"{container} ended\n{self.logs(container)}"
        test = self.services[name]["healthcheck"]["test"]
        return podman("exec", container, *test[1:], check=False).returncode == 0

    def state(self, container: str) -> str:
        return podman("inspect", "-f", "{{.State.Status}}", container).stdout.strip()

    def logs(self, container: str) -> str:
        done = podman("logs", "--tail", "40", container, check=False)
        return done.stdout + done.stderr

    def stop(self, container: str, seconds: int = 35) -> int:
        """Stops as compose does, by the image's signal; the exit code."""
        podman("stop", "-t", seconds, container)
        return int(podman("inspect", "-f", "{{.State.ExitCode}}", container).stdout)

    def run(self, name: str, *command: str, stdin: str = "") -> subprocess.CompletedProcess:
        """`docker compose run --rm NAME COMMAND…`."""
        flags = self.flags(name, name)
        return podman("run", "--rm", "-i", *flags, *command, check=False, seconds=300, stdin=stdin)


PROGRAMS = ("fetcher", "normalizer", "reconciler", "notifier", "scheduler", "roster-server", "webhook")
