#!/usr/bin/python3
"""A mailbox for local trials: an SMTP server that takes every mail and delivers none.

Each mail becomes three files with a common, sortable name: the mail as received (.eml), its text part
with the headers a reader looks at (.txt), and its HTML part (.html).
"""

import argparse
import email
import email.policy
import itertools
import os
import signal
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller

SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


def write_whole(path: Path, content: bytes) -> None:
    """A reader sees the file whole or not at all."""
    partial = path.with_suffix(path.suffix + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def decoded_part(message: email.message.EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part is not None else ""


class Mailbox:
    """Writes what aiosmtpd hands over."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_DATA(self, _server, _session, envelope) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1_000_000_000:09d}"
        name = self.folder / f"{stem}-{next(self.numbers):03d}"
        headers = "".join(f"{key}: {message[key]}\n" for key in SHOWN_HEADERS if message[key])
        text = headers + "\n" + decoded_part(message, "plain")
        write_whole(name.with_suffix(".txt"), text.replace("\r\n", "\n").encode())
        write_whole(name.with_suffix(".html"), decoded_part(message, "html").encode())
        # The mail itself comes last: whoever waits for it finds the other two already there.
        write_whole(name.with_suffix(".eml"), envelope.content)
        return "250 kept"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    sink = Controller(Mailbox(options.folder), hostname=options.address, port=options.port)
    sink.start()
    ended.wait()
    sink.stop()


if __name__ == "__main__":
    main()
