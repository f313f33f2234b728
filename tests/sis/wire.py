"""The ways an answer can go over the connection: whole, or as a broken or slow server sends it."""

import socket
import struct
import time
from email.utils import formatdate
from http import HTTPStatus

# SO_LINGER on, zero seconds: closing resets the connection instead of ending it.
_RESET = struct.pack("ii", 1, 0)


def head(answer, length, keep):
    """Status line and headers."""
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {reason}", f"Content-Type: {answer.content_type}",
             f"Content-Length: {length}", *(f"{name}: {value}" for name, value in answer.headers)]
    if not any(name == "Date" for name, _ in answer.headers):
        lines.append(f"Date: {formatdate(usegmt=True)}")
    if not keep:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def send(connection, answer, keep):
    """Sends an answer; says whether the connection can be used again."""
    return _WAYS[answer.wire](connection, answer, keep)


def _whole(connection, answer, keep):
    top = head(answer, len(answer.body), keep)
    if len(answer.body) < 65536:
        connection.sendall(top + answer.body)
    else:
        connection.sendall(top)
        connection.sendall(answer.body)
    return keep


def _truncated(connection, answer, keep):
    sent = int(len(answer.body) * answer.wire_options["share"])
    connection.sendall(head(answer, len(answer.body), False) + answer.body[:sent])
    return False


def _wrong_length(connection, answer, keep):
    said = int(len(answer.body) * answer.wire_options["share"])
    connection.sendall(head(answer, said, False) + answer.body)
    return False


def _reset(connection, answer, keep):
    sent = answer.wire_options["after_bytes"]
    if sent:
        connection.sendall((head(answer, len(answer.body), False) + answer.body)[:sent])
        time.sleep(0.05)    # else the reset would throw away what the client has not read yet
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    return False


def _hang(connection, answer, keep):
    answer.lifted.wait(answer.wire_options["seconds"])
    return False


def _drip(connection, answer, keep):
    piece, pause = answer.wire_options["piece"], answer.wire_options["pause"]
    connection.sendall(head(answer, len(answer.body), keep))
    for start in range(0, len(answer.body), piece):
        connection.sendall(answer.body[start:start + piece])
        if not answer.lifted.is_set():
            answer.lifted.wait(pause)
    return keep


_WAYS = {"whole": _whole, "truncated": _truncated, "wrong-length": _wrong_length, "reset": _reset, "hang": _hang, "drip": _drip}
