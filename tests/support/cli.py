"""The command line tool, as a person or a script runs it."""

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
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

    def at_terminal(self, *words: str, answers: Sequence[tuple[str, str]], times: int = 1,
                    seconds: float = 300.0) -> tuple[int, str]:
        """Runs on a terminal; each answer (question, text) is typed when its question stands at the end, for the `times`-th time.
        Exit code, and what was shown."""
        ours, theirs = os.openpty()
        shown, waiting, until = "", list(answers), time.monotonic() + seconds
        tool = subprocess.Popen([str(program("rollcall")), *words], stdin=theirs, stdout=theirs, stderr=theirs, env=self.env)
        os.close(theirs)
        try:
            while piece := _piece(ours, until):
                shown += piece
                if waiting and shown.endswith(waiting[0][0]) and shown.count(waiting[0][0]) == times:
                    os.write(ours, waiting.pop(0)[1].encode() + b"\n")
            assert not waiting, f"it did not ask {waiting}:\n{shown}"
            return tool.wait(max(0.1, until - time.monotonic())), shown
        finally:
            tool.kill()
            tool.wait()
            os.close(ours)

    def json(self, *words: object, **options):
        """Runs with `-o json` and gives the parsed answer of a command that must succeed."""
        return self.run(*words, "-o", "json", **options).ok().json


def _piece(terminal: int, until: float) -> str:
    """What is shown next; empty: the program has gone, or the time is over."""
    if not select.select([terminal], [], [], max(0.0, until - time.monotonic()))[0]:
        return ""
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:  # the end of a terminal
        return ""
