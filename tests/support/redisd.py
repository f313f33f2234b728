"""Redis for tests, in memory only: what it holds may be lost at any time anyway (design 5)."""

import shutil
from pathlib import Path

import redis

from support.process import Daemon, free_port


def server_program(folder: Path) -> Path:
    """redis-server, or redis-tools' own copy of it, which behaves by the name it is called."""
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    link = folder / "redis-server"
    if not link.exists():
        link.symlink_to("/usr/bin/redis-check-rdb")
    return link


class Redis:
    """One server; stop() and start() keep the port, not the data."""

    def __init__(self, folder: Path):
        self.port = free_port()
        self.folder = Path(folder)
        self.daemon: Daemon | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=5)

    def start(self) -> "Redis":
        self.folder.mkdir(parents=True, exist_ok=True)
        argv = [server_program(self.folder), "--port", self.port, "--bind", "127.0.0.1"]
        argv += ["--save", "", "--appendonly", "no", "--dir", self.folder]
        self.daemon = Daemon("redis", argv, self.folder).start()
        self.daemon.ready_when(self._answers)
        return self

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def flush(self) -> None:
        self.client().flushall()

    def stop(self) -> None:
        if self.daemon:
            self.daemon.kill()

    def __enter__(self) -> "Redis":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()
