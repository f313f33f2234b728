"""Faults and habits of collections: envelopes, totals, links, and pages that do not stay where they were."""

from sis import vocabulary
from sis.faults import SELECTION, fault


# ---- envelopes -----------------------------------------------------------------------------------------------------

def _envelope(name, does, kind):
    @fault(name, SELECTION, does)
    def act(exchange, switch):
        exchange.envelope = kind
    return act


_envelope("no-envelope", "200 with {}: the envelope is missing", "none")
_envelope("other-envelope", "the records stand under \"value\"", "other")
_envelope("bare-array", "a bare array instead of the envelope", "bare")


@fault("status-info-beside-data", SELECTION, "a statusInfoSet that reports success stands next to the data")
def _status_info(exchange, switch):
    exchange.extra["statusInfoSet"] = vocabulary.status_info("success", "status", "fullsuccess", "")


# ---- totals and links ----------------------------------------------------------------------------------------------

@fault("no-total", SELECTION, "no X-Total-Count")
def _no_total(exchange, switch):
    exchange.shown_total = None


@fault("moving-total", SELECTION, "X-Total-Count grows by step with each matching request", step=1)
def _moving_total(exchange, switch):
    exchange.shown_total = exchange.total + switch.options["step"] * switch.count


@fault("wrong-total", SELECTION, "X-Total-Count is off by a constant number", by=5)
def _wrong_total(exchange, switch):
    exchange.shown_total = exchange.total + switch.options["by"]


def _link(name, does, style):
    @fault(name, SELECTION, does)
    def act(exchange, switch):
        exchange.link_style = style
    return act


_link("no-link", "no Link header", "none")
_link("link-unquoted", "rel without quotes", "unquoted")
_link("link-single-quotes", "rel in single quotes", "single-quotes")
_link("link-upper-case", "REL in capitals, and another parameter with a comma in it", "upper-case")
_link("link-several", "a Link header of its own for each link", "several")
_link("link-relative", "addresses without scheme and host", "relative")
_link("link-loop", "next names the very page that was asked for", "loop")


# ---- pages ---------------------------------------------------------------------------------------------------------

def _copies(exchange):
    exchange.ids, exchange.bodies = list(exchange.ids), list(exchange.bodies)


def _recount(exchange):
    exchange.total = len(exchange.ids)
    exchange.shown_total = exchange.total if exchange.shown_total is not None else None


@fault("empty", SELECTION, "an envelope without records; the total says 0")
def _empty(exchange, switch):
    exchange.ids, exchange.bodies = [], []
    _recount(exchange)


@fault("clamp", SELECTION, "pages hold at most max records, whatever limit asks for", max=50)
def _clamp(exchange, switch):
    exchange.limit = min(exchange.limit, switch.options["max"])


@fault("short-pages", SELECTION, "pages hold some records fewer than asked; the next begins right after them", fewer=1)
def _short_pages(exchange, switch):
    exchange.limit = max(1, exchange.limit - switch.options["fewer"])


@fault("shrinking-pages", SELECTION, "each page holds step records fewer than the one before it", step=2)
def _shrinking_pages(exchange, switch):
    exchange.limit = max(1, exchange.limit - switch.options["step"] * switch.count)


@fault("repeat-page", SELECTION, "the page before the one that was asked for, once more")
def _repeat_page(exchange, switch):
    exchange.offset = max(0, exchange.offset - exchange.limit)


@fault("ignore-offset", SELECTION, "always the first page")
def _ignore_offset(exchange, switch):
    exchange.offset = 0


@fault("ignore-sort", SELECTION, "the order is the same as without sort, and turns round with each request")
def _ignore_sort(exchange, switch):
    step = -1 if switch.count % 2 == 0 else 1
    plain = sorted(zip(exchange.ids, exchange.bodies), key=lambda row: row[0][::-1])[::step]
    exchange.ids, exchange.bodies = [sid for sid, _ in plain], [body for _, body in plain]


@fault("shift-insert", SELECTION,
       "a record has come in before all others: the last of the page before comes again; total kept where asked",
       keep_total=False)
def _shift_insert(exchange, switch):
    _copies(exchange)
    table = exchange.roster.tables[vocabulary.RESOURCES[exchange.resource].collection]
    model = table[exchange.ids[0]] if exchange.ids else {}
    exchange.ids.insert(0, "-shifted-in")
    exchange.bodies.insert(0, vocabulary.encode({**model, "sourcedId": "-shifted-in"}))
    if not switch.options["keep_total"]:
        _recount(exchange)


@fault("shift-remove", SELECTION,
       "the first record has gone: the first of the next page is missed; total kept where asked", keep_total=False)
def _shift_remove(exchange, switch):
    exchange.ids, exchange.bodies = exchange.ids[1:], exchange.bodies[1:]
    if not switch.options["keep_total"]:
        _recount(exchange)


# ---- the same id twice ---------------------------------------------------------------------------------------------

def _insert_copy(exchange, switch, place):
    """The record once more, with the fields of the option `set` changed, at place(position)."""
    sid = switch.chosen_id(exchange)
    if sid not in exchange.ids:
        return
    position = exchange.ids.index(sid)
    table = exchange.roster.tables[vocabulary.RESOURCES[exchange.resource].collection]
    body = vocabulary.encode({**table[sid], **switch.options["set"]}) if switch.options["set"] \
        else exchange.bodies[position]
    _copies(exchange)
    exchange.ids.insert(place(position), sid)
    exchange.bodies.insert(place(position), body)
    _recount(exchange)


@fault("duplicate-same-page", SELECTION, "the record stands twice in a row; set changes fields of the second", set={})
def _duplicate_same_page(exchange, switch):
    _insert_copy(exchange, switch, lambda position: position + 1)


@fault("duplicate-across-pages", SELECTION, "the record comes again at the end of the collection; set changes fields",
       set={})
def _duplicate_across_pages(exchange, switch):
    count = len(exchange.ids)
    _insert_copy(exchange, switch, lambda position: count)
