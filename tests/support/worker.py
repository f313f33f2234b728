"""A worker of Rollcall as a child process."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from support.admin import Admin
from support.paths import program
from support.process import Daemon, free_port, wait_until
from support.seal import MASTER

# Leaks count as failures too; a sanitizer's report must not look like an orderly exit.
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=99",
    "TSAN_OPTIONS": "halt_on_error=1:exitcode=99",
}
# The programs that are given the master key; to others it is an unknown option.
WITH_KEYS = ("rollcall-fetcher", "rollcall-normalizer", "rollcall-reconciler", "rollcall-webhook")


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What a program sees: nothing of the caller's own ROLLCALL_ settings, only the test's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ROLLCALL_")}
    return {**SANITIZERS, **kept, **extra}


class Worker(Daemon):
    """`Worker("rollcall-fetcher", env, folder)`: start(), wait_ready(), then stop(), kill(), pause()."""

    def __init__(self, name: str, env: Mapping[str, str], folder: Path, label: str | None = None):
        self.settings = dict(env)
        self.admin_port = free_port()
        self.admin = Admin(self.admin_port)
        self.program_name = name
        keys = {"ROLLCALL_KEYS_MASTER": MASTER} if name in WITH_KEYS else {}
        # Pretend SIS servers listen on this machine, where a source's URL must not lead by default.
        hosts = {"ROLLCALL_FETCH_ALLOW_HOSTS": "127.0.0.1"} if name == "rollcall-fetcher" else {}
        environment = clean_environment({**keys, **hosts, "ROLLCALL_ADMIN_PORT": str(self.admin_port), **env})
        super().__init__(label or name, [program(name)], folder, env=environment)

    def wait_ready(self, seconds: float = 180.0) -> "Worker":
        self.ready_when(self.admin.ready, seconds)
        return self

    def set(self, **settings: str) -> "Worker":
        """Environment variables for the next start, for instance ROLLCALL_FAULT; None removes one."""
        for key, value in settings.items():
            if value is None:
                self.env.pop(key, None)
            else:
                self.env[key] = value
        return self

    def restart(self) -> "Worker":
        """As a supervisor does after a crash."""
        self.kill()
        self.start()
        return self

    def events(self, event: str | None = None) -> list[dict]:
        """The log as objects, those of one event code when it is named."""
        lines = [_parsed(line) for line in self.log().splitlines()]
        return [line for line in lines if line and (event is None or line.get("event") == event)]

    def wait_for_event(self, event: str, count: int = 1, seconds: float = 180.0) -> dict:
        what = f"{self.name} logs {event} {count} times"
        wait_until(lambda: len(self.events(event)) >= count, what, seconds)
        return self.events(event)[count - 1]

    def sanitizer_report(self) -> str:
        """What a sanitizer had to say; empty is right."""
        marks = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "WARNING: ThreadSanitizer")
        text = self.log()
        return text if any(mark in text for mark in marks) else ""


def _parsed(line: str) -> dict | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
