"""The admin port of a program: health, readiness and metrics, as an operator's tools read them."""

import http.client
import json
import re
import urllib.error
import urllib.request


class Admin:
    """Answers of one program; an unreachable one answers status 0 and an empty body."""

    def __init__(self, port: int):
        self.port = port

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (OSError, http.client.HTTPException):  # also one that ended in mid-answer
            return 0, ""

    def healthy(self) -> bool:
        return self.get("/healthz")[0] == 200

    def ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def readiness(self) -> dict:
        return json.loads(self.get("/readyz")[1] or "{}")

    def metrics(self) -> dict[str, float]:
        """`name{labels}` to value."""
        found = {}
        for line in self.get("/metrics")[1].splitlines():
            match = re.fullmatch(r"([a-zA-Z_:][^ ]*(?:\{.*\})?) (\S+)", line)
            if match and not line.startswith("#"):
                found[match[1]] = float(match[2])
        return found

    def metric(self, name: str) -> float:
        """The sum over all label values."""
        return sum(
            value for key, value in self.metrics().items() if key.split("{", 1)[0] == name
        )
