"""The pretend SIS (tests/sis) as a server of its own, with its switches (sis.client.Sis) as methods."""

import sys
from pathlib import Path

from sis.client import Sis as SisControl

from support.paths import ROOT
from support.process import Daemon, accepts, free_port


class Sis(SisControl):
    """stop() and start() keep the port; districts live in memory and are put again afterwards."""

    def __init__(self, folder: Path):
        self.port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}")
        server = ROOT / "tests" / "sis" / "server.py"
        self.daemon = Daemon("sis", [sys.executable, "-B", server, "--port", self.port], folder)

    def start(self) -> "Sis":
        self.daemon.start()
        self.daemon.ready_when(lambda: accepts(self.port))
        return self

    def stop(self) -> None:
        self.daemon.kill()

    def __enter__(self) -> "Sis":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()
