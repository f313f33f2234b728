"""A mail server that does what the test says: takes mails, refuses them, or breaks at a chosen moment."""

import asyncio
import email
import email.message
import email.policy
import ssl
import threading
from collections import deque
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from support.process import free_port, wait_until

# Where an answer is due: of "354" to the word DATA, of "DATA" after the dot; "HELO" is EHLO too.
STAGES = ("GREETING", "HELO", "AUTH", "MAIL", "RCPT", "354", "DATA")
HANG_UP = "hang up"  # ends the connection where an answer is due
SILENCE = "silence"  # leaves it open and says nothing until the other side has gone


@dataclass
class Mail:
    """A mail the server has taken, or had in full when it broke."""

    sender: str
    recipients: list[str]
    content: bytes
    answered: bool
    secure: bool = False
    login: str = ""

    @property
    def message(self) -> email.message.EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    def part(self, kind: str) -> str:
        """The text part ("plain") or the HTML part ("html"), decoded."""
        body = self.message.get_body(preferencelist=(kind,))
        assert body is not None, f"the mail has no {kind} part"
        return body.get_content()


class MailSink:
    """`with MailSink() as sink`; sink.fail("DATA", "451 later") lets the next DATA fail so.

    HANG_UP as the answer to DATA is the server that dies after the dot: the mail is in its hands, and
    the sender cannot know; SILENCE there is one that is too slow. `tls` is its certificate, spoken after STARTTLS, or from
    the first byte where `implicit`; `options` are aiosmtpd's (auth_required=True).
    """

    def __init__(self, tls: ssl.SSLContext | None = None, implicit: bool = False, **options):
        self.port = free_port()
        self.scheme = "smtps" if implicit else "smtp"
        self._options = {**options, "authenticator": self._authenticate, **({"ssl_context" if implicit else "tls_context": tls} if tls else {})}
        self._by_address: dict[str, str] = {}
        self.mails: list[Mail] = []
        self.sessions = 0
        self._faults: dict[str, deque[str]] = {stage: deque() for stage in STAGES}
        self._always: dict[str, str] = {}
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def start(self) -> "MailSink":
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, **self._options)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Nobody listens any more: connections are refused until start()."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> "MailSink":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    def fail(self, stage: str, *answers: str) -> None:
        """Each of the answers is given once, to the next commands of that stage."""
        with self._lock:
            self._faults[stage].extend(answers)

    def fail_always(self, stage: str, answer: str) -> None:
        with self._lock:
            self._always[stage] = answer

    def fail_for(self, address: str, answer: str) -> None:
        """Always, where the mail goes to this address."""
        with self._lock:
            self._by_address[address] = answer

    def heal(self) -> None:
        with self._lock:
            self._always.clear()
            self._by_address.clear()
            for faults in self._faults.values():
                faults.clear()

    def _fault(self, stage: str) -> str | None:
        with self._lock:
            return self._faults[stage].popleft() if self._faults[stage] else self._always.get(stage)

    def taken(self) -> list[Mail]:
        """The mails that were taken and acknowledged."""
        return [mail for mail in self.mails if mail.answered]

    def wait_for(self, count: int, seconds: float = 180.0) -> list[Mail]:
        wait_until(lambda: len(self.taken()) >= count, f"{count} mails", seconds)
        return self.taken()

    # --- what aiosmtpd calls, on its own thread ----------------------------------------------------------

    async def handle_EHLO(self, server, session, _envelope, hostname, responses):
        self.sessions += 1
        session.host_name = hostname
        fault = self._fault("HELO")
        return responses if fault is None else [await _answer(server, fault)]

    async def handle_HELO(self, server, session, _envelope, hostname):
        session.host_name = hostname
        fault = self._fault("HELO")
        return f"250 {server.hostname}" if fault is None else await _answer(server, fault)

    def _authenticate(self, _server, _session, _envelope, _mechanism, data):
        fault = self._fault("AUTH")
        return AuthResult(success=fault is None, handled=False, message=fault, auth_data=data.login.decode())

    async def handle_MAIL(self, server, _session, envelope, address, options):
        fault = self._fault("MAIL")
        if fault is not None:
            return await _answer(server, fault)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, options):
        fault = self._by_address.get(address) or self._fault("RCPT")
        if fault is not None:
            return await _answer(server, fault)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        fault = self._fault("DATA")
        if fault in (None, HANG_UP, SILENCE):
            content = bytes(envelope.content)
            self.mails.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), content, answered=fault is None,
                                   secure=bool(session.ssl) or self.scheme == "smtps", login=session.auth_data or ""))
        return "250 kept" if fault is None else await _answer(server, fault)


class _Server(SMTP):
    """Greets, and answers the word DATA, as the test says too."""

    greeted = False

    async def push(self, status):
        if not self.greeted:
            self.greeted = True
            fault = self.event_handler._fault("GREETING")
            status = status if fault is None else await _answer(self, fault)
        await super().push(status)

    async def smtp_DATA(self, arg):
        fault = self.event_handler._fault("354")
        if fault is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(await _answer(self, fault))


class _Controller(Controller):
    def factory(self):
        return _Server(self.handler, **self.SMTP_kwargs)


async def _answer(server: SMTP, fault: str) -> str:
    if fault == SILENCE:
        await asyncio.Event().wait()  # until the connection's end cancels it
    if fault == HANG_UP:
        server.transport.abort()
        return "421 gone"
    return fault
