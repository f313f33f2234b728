"""What a piece of work cost, read from /proc and from PostgreSQL, without asking those who did it."""

import contextlib
import os
import platform
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_GLANCE = 0.02      # seconds between two looks at a process
_TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _family(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
            except (OSError, IndexError):
                continue    # it ended meanwhile
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, ())
    return found


def cpu_seconds(root: int) -> float:
    """CPU time of a process, of those below it, and of those below it that ended."""
    total = 0
    for pid in _family(root):
        try:
            total += sum(int(value) for value in _stat(pid)[11:15])
        except OSError:
            continue
    return total / _TICK


def peak_mib(pid: int) -> float:
    """The most memory a process held since forget_peak."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def forget_peak(pid: int) -> None:
    """Lets the kernel count the peak from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def wal_position(postgres) -> int:
    """Bytes of WAL that the server wrote since it was made."""
    with postgres.connect() as connection:
        return int(connection.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()[0])


@dataclass
class Cost:
    """One piece of work: seconds by the clock and by processor, bytes of WAL, peaks of memory."""

    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    wal: int = 0
    peak_mib: dict[str, float] = field(default_factory=dict)


class Meter:
    """`with Meter({"fetcher": 123, …}, postgres) as cost: work()`; the peaks are of `watched` alone."""

    def __init__(self, processes: Mapping[str, int], postgres, watched=()):
        self.processes, self.postgres, self.watched = dict(processes), postgres, watched
        self.cost = Cost()

    def _cpu(self) -> dict[str, float]:
        return {name: cpu_seconds(pid) for name, pid in self.processes.items()}

    def __enter__(self) -> Cost:
        for name in self.watched:
            forget_peak(self.processes[name])
        self._cpu_before, self._wal_before = self._cpu(), wal_position(self.postgres)
        self._began = time.monotonic()
        return self.cost

    def __exit__(self, *_) -> None:
        self.cost.seconds = time.monotonic() - self._began
        self.cost.wal = wal_position(self.postgres) - self._wal_before
        self.cost.cpu = {name: round(used - self._cpu_before[name], 3) for name, used in self._cpu().items()}
        self.cost.peak_mib = {name: round(peak_mib(self.processes[name]), 1) for name in self.watched}


def settle(processes: Mapping[str, int], seconds: float = 60.0, share: float = 0.1) -> bool:
    """Waits until nothing works any more, so that one's afterwork is not counted as another's."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        before = sum(cpu_seconds(pid) for pid in processes.values())
        time.sleep(0.5)
        if sum(cpu_seconds(pid) for pid in processes.values()) - before < share * 0.5:
            return True
    return False


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    memory = Path("/proc/meminfo").read_text().split()[1]
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return {"cpu": names[0] if names else platform.machine(), "cores": len(os.sched_getaffinity(0)),
            "memory GiB": round(int(memory) / (1 << 20), 1), "kernel": platform.release(),
            "load before": round(os.getloadavg()[0], 2)}


@dataclass
class Ran:
    """A program that was run to its end, and what it cost."""

    out: str
    seconds: float
    cpu: float
    peak_mib: float


def run(argv, env: Mapping[str, str] | None = None) -> Ran:
    """Runs a program that must end with 0. Its peak is looked at while it runs: what wait4 tells of a child's memory begins with that of
    its parent."""
    began = time.monotonic()
    process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=env)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.append(process.stdout.read()))
    reader.start()
    peak = 0.0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        with contextlib.suppress(OSError, StopIteration):   # it is about to begin, or to end
            peak = peak_mib(process.pid)
        time.sleep(_GLANCE)
    seconds = time.monotonic() - began
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    process.stdout.close()
    assert process.returncode == 0, f"{argv[0]} ended {process.returncode}"
    return Ran(said[0], seconds, usage.ru_utime + usage.ru_stime, peak)
