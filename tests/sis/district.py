"""One pretend SIS: a world, credentials, switches, and a count of what was asked."""

import threading
import time
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import unquote

from sis import auth, query, vocabulary
from sis.exchange import Answer, Exchange
from sis.faults import AFTER, BEFORE, RECORD, SELECTION, Switch
from sis.faults_records import Draft
from sis.roster import Roster
from sis.vendors import VENDORS, Vendor
from sis.version_12 import as_12

_KEPT_REQUESTS = 20000


@dataclass
class Counters:
    """What a district was asked since the last reset."""

    requests: Counter = field(default_factory=Counter)      # endpoint -> requests, singles too
    singles: Counter = field(default_factory=Counter)       # endpoint -> requests by id
    pages: Counter = field(default_factory=Counter)         # (endpoint, query, offset) -> requests
    statuses: Counter = field(default_factory=Counter)
    log: deque = field(default_factory=lambda: deque(maxlen=_KEPT_REQUESTS))
    running: int = 0
    most_at_once: int = 0
    bytes: int = 0

    def plain(self):
        """The counts as plain data."""
        pages, twice = {}, []
        for (resource, text, offset), count in sorted(self.pages.items()):
            by_offset = pages.setdefault(resource, {})
            by_offset[str(offset)] = by_offset.get(str(offset), 0) + count
            if count > 1:
                twice.append({"resource": resource, "query": text, "offset": offset, "count": count})
        return {"requests": dict(self.requests), "singles": dict(self.singles), "pages": pages, "twice": twice,
                "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
                "running": self.running, "most_at_once": self.most_at_once, "bytes": self.bytes}


class District:
    """Answers the requests under one prefix."""

    def __init__(self, name, world, credentials=None, version="1.1", vendor=None):
        """version: of OneRoster; 1.2 shows the world as version_12 has it. vendor: whose SIS it plays; a key of VENDORS."""
        self.name = name
        self.version = version
        self.vendor = VENDORS[vendor] if vendor else Vendor()
        self.roster = Roster(self._shown(world))
        self.auth = auth.make(credentials and {**self.vendor.auth, **credentials})
        self._switches = []
        self._numbers = 0
        self._counters = Counters()
        self._lock = threading.Lock()

    def _shown(self, world):
        shown = as_12(world) if self.version == "1.2" else world
        return self.vendor.shape(shown) if self.vendor.shape else shown

    # ---- control ---------------------------------------------------------------------------------------------------

    def swap(self, world):
        """Another day's world; requests that run keep the old one."""
        self.roster = Roster(self._shown(world), before=self.roster)

    def set_credentials(self, settings):
        """Other credentials; tokens given out before are void."""
        self.auth = auth.make({**self.vendor.auth, **settings})

    def switch_on(self, settings):
        """Turns a fault on; raises UnknownFault."""
        with self._lock:
            self._numbers += 1
            switch = Switch(self._numbers, settings)
            self._switches.append(switch)
            return switch

    def switch_off(self, number=None):
        """Turns one switch off, or all; says how many."""
        with self._lock:
            off = [switch for switch in self._switches if number in (None, switch.number)]
            self._switches = [switch for switch in self._switches if switch not in off]
        for switch in off:
            switch.lifted.set()
        return len(off)

    def switches(self):
        """The switches that are on."""
        return list(self._switches)

    def counters(self):
        """What was asked since the last reset, as plain data."""
        with self._lock:
            return self._counters.plain()

    def log(self):
        """The last requests, oldest first."""
        with self._lock:
            return list(self._counters.log)

    def reset_counters(self):
        """Counts from nothing; requests that run are still counted as running."""
        with self._lock:
            self._counters = Counters(running=self._counters.running)

    # ---- answering -------------------------------------------------------------------------------------------------

    @contextmanager
    def answering(self, request):
        """Yields the answer; what runs at once is counted until the answer has been sent."""
        with self._lock:
            counters = self._counters
            counters.running += 1
            counters.most_at_once = max(counters.most_at_once, counters.running)
        try:
            exchange = self._route(request)
            if exchange.answer is None:
                self._work(exchange)
            self._count(exchange)
            yield exchange.answer
        finally:
            with self._lock:
                self._counters.running -= 1

    def _route(self, request):
        """The exchange of a request; with its answer where the address or the method is wrong."""
        path = request.path.removeprefix(f"/{self.name}")
        exchange = Exchange(request, "none", self.roster, self.auth, version=self.version)
        if path == self.vendor.token:
            exchange.resource = "token"
            if request.method != "POST":
                exchange.refuse(405, "tokens are asked for by POST")
            return exchange
        if path == "/applications" and isinstance(self.auth, auth.Bearer):
            exchange.resource = "applications"
            return exchange
        root = path.removeprefix(self.vendor.prefix) if path.startswith(self.vendor.prefix) else ""
        parts = vocabulary.endpoint(self.version, root)
        if parts is None:
            exchange.refuse(404, "no such address")
        elif request.method != "GET":
            exchange.refuse(405, "the roster is read only")
        else:
            exchange.resource = parts[0]
            exchange.single = unquote(parts[1]) if len(parts) == 2 else None
            self._parse(exchange)
        return exchange

    @staticmethod
    def _parse(exchange):
        fields = vocabulary.RESOURCES[exchange.resource].fields_of(exchange.version)
        try:
            exchange.query = query.parse(exchange.request.query, fields)
        except query.QueryError as error:
            exchange.refuse(400, str(error), minor=error.minor)
            return
        exchange.offset, exchange.limit = exchange.query.offset, exchange.query.limit

    def _work(self, exchange):
        """The way of a request; a step that sets the answer ends it."""
        switches = [switch for switch in self._switches if switch.takes(exchange)]
        for step in (self._before, self._admit, self._find, self._mend_records, self._render):
            step(exchange, switches)
            if exchange.answer is not None:
                break
        self._after(exchange, switches)

    @staticmethod
    def _run(exchange, switches, stage):
        for switch in switches:
            if switch.fault.stage == stage:
                switch.fault.act(exchange, switch)

    def _before(self, exchange, switches):
        self._run(exchange, switches, BEFORE)

    def _admit(self, exchange, switches):
        """Credentials; a token request ends here."""
        try:
            if exchange.resource == "token":
                exchange.answer = self._token(exchange)
            elif exchange.resource == "applications":
                exchange.answer = Answer(200, vocabulary.encode(exchange.auth.applications(exchange.request)))
            else:
                self._greet(exchange)
                exchange.auth.check(exchange.request, exchange.resource, exchange.skew)
        except auth.Refused as refused:
            self._refuse(exchange, refused)

    def _greet(self, exchange):
        """What this vendor wants of every request."""
        refusal = self.vendor.refusal(exchange.request)
        if refusal:
            exchange.refuse(*refusal)
        elif self.vendor.cookie_is_missing(exchange.request):
            raise auth.Refused("the cookie of the token is missing")

    def _token(self, exchange):
        if not isinstance(exchange.auth, auth.OAuth2):
            return Answer(404, vocabulary.error_body(404, "no tokens here", version=exchange.version))
        body = vocabulary.encode(exchange.auth.token(exchange.request))
        return Answer(200, body, [("Cache-Control", "no-store"), *self.vendor.token_headers()])

    @staticmethod
    def _refuse(exchange, refused):
        if exchange.resource == "token":
            exchange.answer = Answer(refused.status, vocabulary.encode(
                {"error": refused.error, "error_description": str(refused)}))
            return
        scheme = "OAuth" if isinstance(exchange.auth, auth.OAuth1) else "Bearer"
        exchange.refuse(refused.status, str(refused), ("WWW-Authenticate", f'{scheme} realm="oneroster"'))

    def _find(self, exchange, switches):
        if exchange.single is not None:
            self._find_one(exchange)
            return
        exchange.ids, exchange.bodies = exchange.roster.select(exchange.resource, exchange.query)
        exchange.total = exchange.shown_total = len(exchange.ids)
        exchange.limit = min(exchange.limit, self.vendor.clamp or exchange.limit)
        if not self.vendor.totals:
            exchange.shown_total, exchange.link_style = None, "none"
        self._run(exchange, switches, SELECTION)
        exchange.cut()

    @staticmethod
    def _find_one(exchange):
        record = exchange.roster.record(exchange.resource, exchange.single)
        if record is None:
            exchange.refuse(404, "no record has this id")
        else:
            exchange.ids, exchange.bodies = [exchange.single], [vocabulary.encode(record)]

    @staticmethod
    def _mend_records(exchange, switches):
        """Applies the faults of records to those of the page that are meant."""
        drafts, here = {}, set(exchange.ids)
        for switch in switches:
            if switch.fault.stage != RECORD:
                continue
            wanted = here if switch.record == "all" else here & {switch.chosen_id(exchange)}
            for sid in wanted:
                record = exchange.roster.record(exchange.resource, sid)
                if record is not None:
                    draft = drafts.setdefault(sid, Draft(exchange.resource, record, exchange.version))
                    switch.fault.act(draft, switch)
        exchange.bodies = [drafts[sid].render() if sid in drafts else body
                           for sid, body in zip(exchange.ids, exchange.bodies)]

    def _render(self, exchange, switches):
        exchange.render()
        exchange.answer.headers += self.vendor.page_headers()

    def _after(self, exchange, switches):
        if exchange.skew:
            exchange.answer.headers.append(("Date", formatdate(time.time() + exchange.skew, usegmt=True)))
        if exchange.answer.status == 200 and exchange.answer.wire == "whole":
            self._run(exchange, switches, AFTER)

    def _count(self, exchange):
        request, answer = exchange.request, exchange.answer
        with self._lock:
            counters = self._counters
            counters.requests[exchange.resource] += 1
            counters.statuses[answer.status] += 1
            counters.bytes += len(answer.body)
            if exchange.single is not None:
                counters.singles[exchange.resource] += 1
            elif exchange.query is not None:
                kept = "&".join(sorted(f"{name}={value}" for name, value in query.pairs(request.query)
                                       if name not in ("offset", "limit")))
                counters.pages[exchange.resource, kept, exchange.query.offset] += 1
            counters.log.append({"resource": exchange.resource, "method": request.method, "path": request.path,
                                 "query": request.query, "status": answer.status, "at": time.monotonic()})
