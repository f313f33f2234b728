"""A pretend application that receives webhooks: it checks signatures by itself (Standard Webhooks), keeps what came, and misbehaves as told."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()).decode()


class Message:
    """One request as it came."""

    def __init__(self, path: str, headers, body: bytes, at: float):
        self.path = path
        self.headers = headers
        self.body = body
        self.at = at
        self.id = headers["webhook-id"]
        self.signatures = headers["webhook-signature"].split(" ")

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.json["type"]

    @property
    def changes(self) -> list[dict]:
        return self.json["data"]["changes"] if self.type in ("roster.changed", "list.changed") else []

    def signed_by(self, secret: str) -> bool:
        fresh = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        return fresh and signature(secret, self.id, self.headers["webhook-timestamp"], self.body) in self.signatures


class Receiver:
    """Answers 204, or what `say` told next for the path: a code, (code, headers), or "hang". All that came stands in `messages`, what was
    accepted in `accepted(path)`; `most_at_once` is how many requests of one path were in hand together."""

    def __init__(self, seconds: float = 0.0, certificate: tuple[Path, Path] | None = None):
        self.seconds = seconds
        self.messages: list[Message] = []
        self.answered: list[tuple[Message, int]] = []
        self.lock = threading.Lock()
        self.script: dict[str, deque] = {}
        self.always: dict[str, object] = {}
        self.in_hand: dict[str, int] = {}
        self.most_at_once = 0
        self.released = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver._take(self)

            def do_GET(self):
                receiver._take(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str = "/hook") -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def say(self, *answers, path: str = "/hook") -> None:
        with self.lock:
            self.script.setdefault(path, deque()).extend(answers)

    def say_always(self, answer, path: str = "/hook") -> None:
        """From now on; None: 204 again."""
        with self.lock:
            self.always[path] = answer

    def accepted(self, path: str = "/hook") -> list[Message]:
        """In the order of answers."""
        with self.lock:
            return [message for message, code in self.answered if code < 300 and message.path == path]

    def positions(self, path: str = "/hook") -> list[int]:
        """Of the changes accepted, each message counted once."""
        seen = {message.id: message for message in self.accepted(path)}
        return [int(change["position"]) for message in seen.values() for change in message.changes]

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _next(self, path: str):
        waiting = self.script.get(path)
        return waiting.popleft() if waiting else self.always.get(path) or 204

    def _take(self, request) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        message = Message(request.path, request.headers, body, time.monotonic())
        with self.lock:
            self.messages.append(message)
            self.in_hand[request.path] = self.in_hand.get(request.path, 0) + 1
            self.most_at_once = max(self.most_at_once, self.in_hand[request.path])
            answer = self._next(request.path)
        try:
            self._answer(request, message, answer)
        except OSError:
            pass  # the sender was killed, or waited no longer

    def _answer(self, request, message: Message, answer) -> None:
        if answer == "hang":
            self.released.wait(60)
            request.close_connection = True
            with self.lock:
                self.in_hand[request.path] -= 1
            return
        time.sleep(self.seconds)
        code, headers = answer if isinstance(answer, tuple) else (answer, {})
        with self.lock:
            self.answered.append((message, code))
            self.in_hand[request.path] -= 1     # from here on the sender may have the answer
        request.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            request.send_header(name, value)
        request.end_headers()
