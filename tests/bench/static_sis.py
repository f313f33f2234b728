"""The pretend SIS of the bench (bench_sis.c) as a child process."""

import urllib.request
from pathlib import Path

from support.paths import program
from support.process import Daemon, accepts, free_port

TOKEN = "bench-token"


class StaticSis(Daemon):
    """`with StaticSis(set_folder, folder) as sis`; it shows day 1 until show(2)."""

    def __init__(self, served: Path, folder: Path):
        self.port = free_port()
        super().__init__("bench-sis", [program("bench-sis"), served, self.port], folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.url}/ims/oneroster/v1p1"

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    def start(self) -> "StaticSis":
        super().start()
        self.ready_when(lambda: accepts(self.port))
        return self

    def show(self, day: int) -> None:
        """Another day's roster from now on."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/day/{day}", method="POST"), timeout=10).close()
