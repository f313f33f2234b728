"""Faults of whole answers: refusals, outages, wrong bodies, broken connections."""

import gzip
import zlib
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from sis import vocabulary
from sis.exchange import Answer
from sis.faults import AFTER, BEFORE, fault

_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>"


# ---- refusals ------------------------------------------------------------------------------------------------------

@fault("wrong-credentials", BEFORE, "401 to everything, the token request too, as if key and secret were unknown",
       tokens=True)
def _wrong_credentials(exchange, switch):
    if exchange.resource == "token":
        exchange.answer = Answer(401, vocabulary.encode({"error": "invalid_client"}))
    else:
        exchange.refuse(401, "unknown consumer or client")


@fault("token-expired", BEFORE, "401, and every token given out so far is forgotten; set it for one request (from, to)")
def _token_expired(exchange, switch):
    exchange.auth.forget()
    exchange.refuse(401, "the token has expired")


@fault("forbidden", BEFORE, "403; meant for demographics")
def _forbidden(exchange, switch):
    exchange.refuse(403, "not granted to this application")


@fault("clock-skew", BEFORE, "its clock is so many seconds ahead: Date says so, signatures are judged by it", seconds=3600)
def _clock_skew(exchange, switch):
    exchange.skew = switch.options["seconds"]


@fault("base-404", BEFORE, "404 with an HTML page, as if the address were wrong")
def _base_404(exchange, switch):
    exchange.answer = Answer(404, b"<html><body>Not Found</body></html>", content_type="text/html")


@fault("redirect", BEFORE, "302 to another address, as a rule one of the network that we stand in",
       location="http://169.254.169.254/latest/meta-data/")
def _redirect(exchange, switch):
    exchange.answer = Answer(302, headers=[("Location", switch.options["location"])], content_type="text/plain")


@fault("redirect-within", BEFORE, "302 to the same address with again=1 behind it, which answers")
def _redirect_within(exchange, switch):
    request = exchange.request
    if "again=1" not in request.query:
        exchange.answer = Answer(302, headers=[("Location", f"{request.path}?{request.query}&again=1")])


# ---- outages -------------------------------------------------------------------------------------------------------

def _busy(name, does, header, **options):
    """A 429 with some Retry-After."""
    @fault(name, BEFORE, does, **options)
    def act(exchange, switch):
        headers = [] if header is None else [("Retry-After", header(switch.options["seconds"]))]
        exchange.refuse(429, "too many requests", *headers)
    return act


def _http_date(seconds):
    return format_datetime(datetime.now(timezone.utc) + timedelta(seconds=seconds), usegmt=True)


_busy("busy-seconds", "429 with Retry-After in seconds", str, seconds=1)
_busy("busy-date", "429 with Retry-After as an HTTP date", _http_date, seconds=2)
_busy("busy-bare", "429 without Retry-After", None)


@fault("late", BEFORE, "the answer comes so many seconds later", tokens=True, seconds=0.2)
def _late(exchange, switch):
    switch.lifted.wait(switch.options["seconds"])


def _error(status):
    @fault(f"error-{status}", BEFORE, f"{status} with an error payload", tokens=True)
    def act(exchange, switch):
        exchange.refuse(status, "something went wrong")
    return act


for _status in (500, 502, 503, 504):
    _error(_status)


# ---- connections ---------------------------------------------------------------------------------------------------

def _wire(exchange, switch, kind):
    exchange.answer.wire, exchange.answer.wire_options = kind, switch.options
    exchange.answer.lifted = switch.lifted


@fault("reset", AFTER, "the connection is reset after so many bytes of the answer", after_bytes=0)
def _reset(exchange, switch):
    _wire(exchange, switch, "reset")


@fault("hang", BEFORE, "nothing is sent for so many seconds or until the switch is cleared, then the connection closes",
       tokens=True, seconds=600)
def _hang(exchange, switch):
    exchange.answer = Answer()
    _wire(exchange, switch, "hang")


@fault("slow", BEFORE, "the answer is right, after so many seconds", tokens=True, seconds=0.1)
def _slow(exchange, switch):
    switch.lifted.wait(switch.options["seconds"])


@fault("drip", AFTER, "the body comes piece by piece with a pause after each", piece=64, pause=0.05)
def _drip(exchange, switch):
    _wire(exchange, switch, "drip")


@fault("truncated", AFTER, "Content-Length says more than is sent; the connection closes after that share", share=0.5)
def _truncated(exchange, switch):
    _wire(exchange, switch, "truncated")


@fault("wrong-length", AFTER, "Content-Length says less than is sent, by that share; the connection closes", share=0.5)
def _wrong_length(exchange, switch):
    _wire(exchange, switch, "wrong-length")


@fault("gzip-bomb", AFTER, "a few bytes that gzip makes many of, as JSON that never gets to its end", bytes=50_000_000)
def _gzip_bomb(exchange, switch):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    blank, left = b" " * 1_000_000, switch.options["bytes"]
    exchange.answer.body = packer.compress(b"{") + b"".join(packer.compress(blank) for _ in range(left // len(blank)))
    exchange.answer.body += packer.flush()
    exchange.answer.headers.append(("Content-Encoding", "gzip"))


@fault("corrupt-gzip", AFTER, "Content-Encoding: gzip with a damaged stream")
def _corrupt_gzip(exchange, switch):
    packed = bytearray(gzip.compress(exchange.answer.body, 1))
    for position in range(len(packed) // 2, min(len(packed), len(packed) // 2 + 16)):
        packed[position] ^= 0xFF
    exchange.answer.body = bytes(packed)
    exchange.answer.headers.append(("Content-Encoding", "gzip"))


# ---- bodies --------------------------------------------------------------------------------------------------------

@fault("html", BEFORE, "200 with an HTML sign-in page instead of JSON")
def _html(exchange, switch):
    exchange.answer = Answer(200, _HTML, content_type="text/html; charset=utf-8")


@fault("error-200", BEFORE, "200 with an error payload and no data", minor="server_busy")
def _error_200(exchange, switch):
    exchange.refuse(200, "busy", minor=switch.options["minor"])


@fault("empty-body", BEFORE, "200 with a body of no bytes")
def _empty_body(exchange, switch):
    exchange.answer = Answer(200)


@fault("cut-json", AFTER, "the body ends in mid-JSON, Content-Length agrees", share=0.5)
def _cut_json(exchange, switch):
    exchange.answer.body = exchange.answer.body[:int(len(exchange.answer.body) * switch.options["share"])]


@fault("bom", AFTER, "a byte order mark before the JSON")
def _bom(exchange, switch):
    exchange.answer.body = b"\xef\xbb\xbf" + exchange.answer.body


@fault("trailing-garbage", AFTER, "other text after the JSON", text="\n<!-- 0.12 s -->")
def _trailing_garbage(exchange, switch):
    exchange.answer.body += switch.options["text"].encode()


# ---- headers -------------------------------------------------------------------------------------------------------

@fault("clock", AFTER, "the Date of answers is off by so many seconds", by=600)
def _clock(exchange, switch):
    moment = datetime.now(timezone.utc) + timedelta(seconds=switch.options["by"])
    exchange.answer.headers.append(("Date", format_datetime(moment, usegmt=True)))
