"""The command line tool, as a person or a script runs it."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from support.paths import program
from support.seal import MASTER
from support.worker import clean_environment


@dataclass
class Outcome:
    """What a command left behind."""

    command: str
    status: int
    out: str
    err: str

    def ok(self, status: int = 0) -> "Outcome":
        assert self.status == status, (
            f"{self.command}: exit {self.status}, expected {status}\n{self.out}\n{self.err}"
        )
        return self

    @property
    def json(self):
        return json.loads(self.out)


class Cli:
    """`Cli(env).run("run", "list", "--district", "maple-county")`."""

    def __init__(self, env: Mapping[str, str]):
        self.env = clean_environment({"ROLLCALL_KEYS_MASTER": MASTER, **env})

    def run(self, *words: object, seconds: float = 300.0, stdin: str | None = None, **env: str) -> Outcome:
        argv = [str(program("rollcall")), *(str(word) for word in words)]
        done = subprocess.run(
            argv,
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=seconds,
            env={**self.env, **env},
            check=False,
        )
        return Outcome("rollcall " + " ".join(argv[1:]), done.returncode, done.stdout, done.stderr)

    def json(self, *words: object, **options):
        """Runs with `-o json` and gives the parsed answer of a command that must succeed."""
        return self.run(*words, "-o", "json", **options).ok().json
