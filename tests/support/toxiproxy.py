"""toxiproxy between a program and a server: latency, slow bodies, cut connections. Optional.

It is a Go program; where Go or its module cannot be had, the test is skipped and says why.
"""

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

from support.paths import state
from support.process import Daemon, free_port

MODULE = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0"


def toxiproxy_program() -> Path:
    """The server's program, built once into .local/go."""
    built = state() / "go" / "bin" / "server"
    if built.exists():
        return built
    if not shutil.which("go"):
        pytest.skip("toxiproxy is not there and Go, which would build it, is not installed")
    env = {**os.environ, "GOBIN": str(built.parent)}
    done = subprocess.run(["go", "install", MODULE], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"toxiproxy could not be built: {done.stderr.strip().splitlines()[-1]}")
    return built


class Toxiproxy:
    """`proxy = toxiproxy.proxy("redis", port)`; proxy.toxic("latency", latency=500); proxy.heal()."""

    def __init__(self, folder: Path):
        self.port = free_port()
        argv = [toxiproxy_program(), "-host", "127.0.0.1", "-port", self.port]
        self.daemon = Daemon("toxiproxy", argv, folder)

    def __enter__(self) -> "Toxiproxy":
        self.daemon.start()
        self.daemon.ready_when(lambda: self._ready())
        return self

    def __exit__(self, *_) -> None:
        self.daemon.kill()

    def _ready(self) -> bool:
        try:
            self.call("GET", "/version")
        except OSError:
            return False
        return True

    def call(self, method: str, path: str, body: dict | None = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        headers = {"User-Agent": "rollcall-tests", "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        urllib.request.urlopen(request, timeout=5).close()

    def proxy(self, name: str, upstream_port: int) -> "Proxy":
        port = free_port()
        body = {"name": name, "listen": f"127.0.0.1:{port}", "upstream": f"127.0.0.1:{upstream_port}"}
        self.call("POST", "/proxies", body)
        return Proxy(self, name, port)


class Proxy:
    """One proxied server; connect to its port."""

    def __init__(self, control: Toxiproxy, name: str, port: int):
        self.control = control
        self.name = name
        self.port = port
        self._toxics: list[str] = []

    def toxic(self, kind: str, stream: str = "downstream", **attributes: int) -> None:
        name = f"{kind}-{len(self._toxics)}"
        body = {"name": name, "type": kind, "stream": stream, "attributes": attributes}
        self.control.call("POST", f"/proxies/{self.name}/toxics", body)
        self._toxics.append(name)

    def heal(self) -> None:
        for name in self._toxics:
            self.control.call("DELETE", f"/proxies/{self.name}/toxics/{name}")
        self._toxics.clear()

    def cut(self) -> None:
        """Connections are refused and open ones closed, until mend()."""
        self.control.call("POST", f"/proxies/{self.name}", {"enabled": False})

    def mend(self) -> None:
        self.control.call("POST", f"/proxies/{self.name}", {"enabled": True})
