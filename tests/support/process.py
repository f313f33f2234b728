"""A program under test or a server that a test needs: started, watched, stopped, always by pid."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_given_ports: set[int] = set()
# pytest-xdist's processes share the machine, not the set above: each keeps to ports of its own.
_SHARES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_SHARE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _SHARES


def free_port() -> int:
    """A port that the kernel says is free, and that this test run has not given out before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # Halved first: the kernel prefers odd ones here.
        if port // 2 % _SHARES == _SHARE and port not in _given_ports:
            _given_ports.add(port)
            return port


def wait_until(
    condition: Callable[[], object], what: str, seconds: float = 120.0, every: float = 0.05
) -> object:
    """The first true answer of condition; an AssertionError that names `what` when there is none."""
    until = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(every)


# The kernel counts what a parent held before exec as its child's: so a small process starts the program, not the test.
_MEASURE = """
import os, subprocess, sys
with subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as child:
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
print(child.returncode, usage.ru_maxrss)
"""


def peak_memory_mib(argv: Sequence[object], env: Mapping[str, str]) -> float:
    """The most memory that a command which must succeed ever held."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *map(str, argv)], env=env, stdout=subprocess.PIPE, check=True, text=True
    )
    status, kibibytes = map(int, done.stdout.split())
    assert status == 0, f"{argv[0]} ended with {status}"
    return kibibytes / 1024


def accepts(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Daemon:
    """One process with its output in a file.

    It gets SIGKILL when the thread that started it ends: start from the test's own thread. `user` is
    honoured for root only; anybody else runs the program as himself.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[object],
        folder: Path,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
    ):
        self.name = name
        self.argv = [str(word) for word in argv]
        self.folder = Path(folder)
        self.log_path = self.folder / f"{name}.log"
        self.env = env
        self.user = user if os.geteuid() == 0 else None
        self.process: subprocess.Popen | None = None

    def start(self) -> "Daemon":
        assert self.process is None or self.process.poll() is not None, f"{self.name} already runs"
        self.folder.mkdir(parents=True, exist_ok=True)
        prefix = ["setpriv", "--pdeathsig", "KILL"]
        if self.user:
            prefix += [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*prefix, *self.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=None if self.env is None else dict(self.env),
                cwd="/",
                start_new_session=True,
            )
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was not started"
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def send(self, number: int) -> None:
        if self.alive:
            os.kill(self.pid, number)

    def pause(self) -> None:
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, and waits: afterwards it is certainly gone."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=30)

    def stop(self, seconds: float = 120.0, number: int = signal.SIGTERM) -> int | None:
        """Asks it to end and returns its exit code; fails when it does not end in time."""
        if self.process is None:
            return None
        self.resume()
        self.send(number)
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {seconds:g} s\n{self.tail()}") from None

    def ended(self, seconds: float = 120.0) -> int:
        """The exit code of a process that is expected to end by itself."""
        assert self.process is not None
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds:g} s\n{self.tail()}") from None

    def ready_when(self, condition: Callable[[], object], seconds: float = 180.0) -> "Daemon":
        """Waits for the condition; fails at once when the process ends instead."""

        def ready_or_ended() -> object:
            assert self.alive, f"{self.name} ended with {self.exit_code}\n{self.tail()}"
            return condition()

        try:
            wait_until(ready_or_ended, f"{self.name} is ready", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.tail()}") from None
        return self

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def tail(self, lines: int = 30) -> str:
        kept = self.log().splitlines()[-lines:]
        return "\n".join([f"--- last lines of {self.log_path}", *kept])

    def memory_mib(self) -> float:
        """The most memory it ever held."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("the kernel tells no VmHWM")

    def __enter__(self):
        return self if self.alive else self.start()

    def __exit__(self, *_):
        self.kill()
