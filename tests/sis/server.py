#!/usr/bin/env python3
"""The pretend SIS: many districts behind one port, each under /NAME/ims/oneroster/v1p1.

    python3 tests/sis/server.py --port 0 --port-file sis.port

Port 0 takes a free one; it is printed, and written to the port file once requests are answered.
"""

import argparse
import contextlib
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sis import vocabulary, wire
from sis.control import PREFIX, Control
from sis.exchange import Answer, Request

_LARGEST_BODY = 1 << 30     # a world may come in the body of a control request


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 300

    def _serve(self):
        """Every method comes here; the request line and headers have been read."""
        request = self._request()
        if request is None:
            self._send(Answer(413, vocabulary.error_body(413, "too long")))
        elif request.path.startswith(PREFIX):
            self._send(self.server.control.answer(request))
        else:
            self._serve_district(request)

    def _serve_district(self, request):
        district = self.server.control.districts.get(request.path.split("/")[1])
        if district is None:
            self._send(Answer(404, vocabulary.error_body(404, "no such district")))
            return
        with district.answering(request) as answer:
            self._send(answer)

    def _send(self, answer):
        keep = not self.close_connection
        self.close_connection = not wire.send(self.connection, answer, keep)

    def _request(self):
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= _LARGEST_BODY:
            self.close_connection = True
            return None
        path, _, query = self.path.partition("?")
        return Request(self.command, path, query, self.headers, self.rfile.read(length),
                       self.headers.get("Host", "localhost"))

    do_GET = do_PUT = do_POST = do_DELETE = _serve

    def log_message(self, format, *args):
        """Says nothing: the counters tell what was asked."""


class SisServer(ThreadingHTTPServer):
    """The listening server; control holds its districts."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port=0, address="127.0.0.1"):
        super().__init__((address, port), _Handler)
        self.control = Control()

    def server_bind(self):
        """Binds without asking a name server who we are, as HTTPServer would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    @property
    def url(self):
        """Where it is reached."""
        return f"http://{self.server_address[0]}:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """Clients that go away are no news."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def shutdown_request(self, request):
        """Closes without the half-close first, which would spoil a reset."""
        self.close_request(request)


@contextlib.contextmanager
def running(port=0):
    """A server in a thread of this process, for tests that need no process of its own."""
    with SisServer(port) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.control.reset({})
            server.shutdown()


def main(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port-file", help="gets the port once requests are answered")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with SisServer(options.port, options.address) as server:
        port = server.server_address[1]
        if options.port_file:
            part = Path(options.port_file + ".part")
            part.write_text(f"{port}\n", encoding="utf-8")
            part.rename(options.port_file)
        print(f"pretend SIS at http://{options.address}:{port}, control at {PREFIX}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
