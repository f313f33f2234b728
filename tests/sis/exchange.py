"""One request and the answer while it is being made. Faults change an exchange on its way."""

from dataclasses import dataclass, field
from urllib.parse import quote

from sis import vocabulary
from sis.query import pairs


@dataclass
class Request:
    """A request as it came in."""

    method: str
    path: str               # as on the wire, still percent-encoded
    query: str
    headers: object         # anything with get(name, default)
    body: bytes = b""
    host: str = "localhost"

    @property
    def url(self):
        """The address without its query, as the client sees it."""
        return f"http://{self.host}{self.path}"


@dataclass
class Answer:
    """What goes over the wire. wire names the way it is sent (see wire.py)."""

    status: int = 200
    body: bytes = b""
    headers: list = field(default_factory=list)
    content_type: str = "application/json; charset=utf-8"
    wire: str = "whole"
    wire_options: dict = field(default_factory=dict)
    lifted: object = None   # the event of the fault that holds the answer back


@dataclass
class Exchange:
    """A data request of one district on its way to an answer."""

    request: Request
    resource: str                               # the endpoint: a key of RESOURCES, or "token"
    roster: object = None
    auth: object = None
    query: object = None
    single: str = None                          # the id, where one record was asked for
    ids: list = field(default_factory=list)     # first the whole selection, then the page cut from it
    bodies: list = field(default_factory=list)
    offset: int = 0
    limit: int = 0
    total: int = 0
    shown_total: int = None                     # what X-Total-Count says; None: nothing
    link_style: str = "standard"
    envelope: str = "named"
    extra: dict = field(default_factory=dict)   # beside the data in the envelope
    answer: Answer = None                       # set: the rest is skipped
    version: str = "1.1"
    skew: int = 0                               # how many seconds the source's clock is ahead

    def refuse(self, status, text, *headers, minor=None):
        """Answers with an error payload of the district's version."""
        self.answer = Answer(status, vocabulary.error_body(status, text, minor, self.version), list(headers))

    def cut(self):
        """Leaves the page of the selection."""
        end = self.offset + self.limit
        self.ids, self.bodies = self.ids[self.offset:end], self.bodies[self.offset:end]

    def render(self):
        """The page or record as bytes in its envelope, with the headers of a collection."""
        headers = []
        if self.single is None:
            if self.shown_total is not None:
                headers.append(("X-Total-Count", str(self.shown_total)))
            headers += [("Link", value) for value in LINK_STYLES[self.link_style](self)]
        self.answer = Answer(200, ENVELOPES[self.envelope](self), headers)


# ---- envelopes -----------------------------------------------------------------------------------------------------

def _array(exchange):
    return b"[" + b",".join(exchange.bodies) + b"]"


def _named(exchange):
    kind = vocabulary.RESOURCES[exchange.resource]
    if exchange.single is not None:
        name, data = kind.single, exchange.bodies[0]
    else:
        name, data = kind.collection, _array(exchange)
    extra = "".join(f",{vocabulary.encode(key).decode()}:{vocabulary.encode(value).decode()}"
                    for key, value in exchange.extra.items())
    return b'{"' + name.encode() + b'":' + data + extra.encode() + b"}"


ENVELOPES = {
    "named": _named,
    "bare": _array,
    "other": lambda exchange: b'{"value":' + _array(exchange) + b"}",
    "none": lambda exchange: b"{}",
}


# ---- Link ----------------------------------------------------------------------------------------------------------

def page_address(exchange, offset):
    """The address of another page of the same query."""
    kept = [(name, value) for name, value in pairs(exchange.request.query) if name not in ("limit", "offset")]
    given = kept + [("limit", str(exchange.limit)), ("offset", str(offset))]
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in given)
    return f"{exchange.request.url}?{query}"


def links(exchange):
    """(rel, address) of the pages around this one."""
    found, limit = [("first", page_address(exchange, 0))], exchange.limit
    if exchange.offset > 0:
        found.append(("prev", page_address(exchange, max(0, exchange.offset - limit))))
    if exchange.offset + len(exchange.ids) < exchange.total and exchange.ids:
        found.append(("next", page_address(exchange, exchange.offset + len(exchange.ids))))
    found.append(("last", page_address(exchange, max(0, (exchange.total - 1) // limit * limit))))
    return found


def _joined(form):
    """A style in which every link has this form and all stand in one header."""
    return lambda exchange: [", ".join(form.format(rel=rel, address=address) for rel, address in links(exchange))]


def _relative(exchange):
    start = len(f"http://{exchange.request.host}")
    return [", ".join(f'<{address[start:]}>; rel="{rel}"' for rel, address in links(exchange))]


def _loop(exchange):
    return [f'<{page_address(exchange, exchange.offset)}>; rel="next"']


LINK_STYLES = {
    "standard": _joined('<{address}>; rel="{rel}"'),
    "unquoted": _joined("<{address}>;rel={rel}"),
    "single-quotes": _joined("<{address}>; rel='{rel}'"),
    "upper-case": _joined('<{address}>; REL="{rel}"; title="a, b"'),
    "several": lambda exchange: [f'<{address}>; rel="{rel}"' for rel, address in links(exchange)],
    "relative": _relative,
    "loop": _loop,
    "none": lambda exchange: [],
}
