"""How tests and scripts start a pretend SIS of their own and turn its switches."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from sis.vocabulary import ROOTS

_START_SECONDS = 15


class ControlError(Exception):
    """The pretend SIS refused a control request; the text says why."""


class Sis:
    """The control API as calls. url: the server's address, without a path."""

    def __init__(self, url):
        self.url = url

    def base_url(self, name, version="1.1"):
        """What a source of this district is configured with."""
        return f"{self.url}/{name}{next(iter(ROOTS[version]))}"

    def token_url(self, name):
        """Where this district gives out OAuth 2 tokens."""
        return f"{self.url}/{name}/oauth/token"

    def put(self, name, auth=None, **world):
        """A district; world is one of world_path=, world= (plain data), generate= (arguments of make_district), and
        version= where it is not 1.1, vendor= where it plays one."""
        return self._call("PUT", f"districts/{name}", {**world, **({"auth": auth} if auth else {})})

    def swap(self, name, **world):
        """Another day of a district."""
        return self._call("PUT", f"districts/{name}/world", world)

    def set_auth(self, name, **auth):
        """Other credentials for a district."""
        return self._call("PUT", f"districts/{name}/auth", auth)

    def delete(self, name):
        """Forgets a district."""
        return self._call("DELETE", f"districts/{name}")

    def fault(self, name, fault, first=None, last=None, **settings):
        """Turns a fault on for the first-th to the last-th matching request; returns its number."""
        for key, value in (("from", first), ("to", last)):
            if value is not None:
                settings[key] = value
        return self._call("POST", f"districts/{name}/faults", {"fault": fault, **settings})["id"]

    def faults(self, name):
        """The switches that are on, with how often each fired."""
        return self._call("GET", f"districts/{name}/faults")

    def clear(self, name, number=None):
        """Turns one switch off, or all."""
        return self._call("DELETE", f"districts/{name}/faults" + (f"/{number}" if number else ""))["off"]

    def counters(self, name):
        """What a district was asked since the last reset."""
        return self._call("GET", f"districts/{name}/counters")

    def reset_counters(self, name):
        """Counts from nothing."""
        self._call("DELETE", f"districts/{name}/counters")

    def log(self, name):
        """The last requests of a district, oldest first."""
        return self._call("GET", f"districts/{name}/log")

    def table(self):
        """The table of faults."""
        return self._call("GET", "faults")

    def reset(self):
        """Forgets all districts."""
        self._call("POST", "reset")

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_control/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ControlError(json.load(error)["error"]) from None


class SisProcess(Sis):
    """A pretend SIS in a process of its own; folder holds its port file. Use it in a with statement."""

    def __init__(self, folder, port=0):
        port_file = Path(folder) / "sis.port"
        port_file.unlink(missing_ok=True)
        server = Path(__file__).with_name("server.py")
        self.process = subprocess.Popen(
            [sys.executable, str(server), "--port", str(port), "--port-file", str(port_file)],
            stdout=subprocess.DEVNULL)
        super().__init__(f"http://127.0.0.1:{self._wait_for(port_file)}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the process."""
        self.process.terminate()
        self.process.wait(timeout=10)

    def _wait_for(self, port_file):
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if port_file.exists():
                return int(port_file.read_text(encoding="utf-8"))
            time.sleep(0.02)
        self.process.kill()
        raise ControlError("the pretend SIS did not start")
