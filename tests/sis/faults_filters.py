"""Faults and habits around deltas: filters that are ignored, refused or answered with a lie, revisions, lists that lack people."""

from dataclasses import replace

from sis.faults import AFTER, BEFORE, SELECTION, fault


def _filtered(exchange):
    return exchange.single is None and exchange.query is not None and bool(exchange.query.clauses)


def _take(exchange, ids, bodies):
    exchange.ids, exchange.bodies = list(ids), list(bodies)
    exchange.total = exchange.shown_total = len(exchange.ids)


@fault("ignore-filter", SELECTION, "a filter is taken and selects everything")
def _ignore_filter(exchange, switch):
    if _filtered(exchange):
        _take(exchange, *exchange.roster.select(exchange.resource, replace(exchange.query, clauses=())))


@fault("refuse-filter", BEFORE, "400 to any filter")
def _refuse_filter(exchange, switch):
    if _filtered(exchange):
        exchange.refuse(400, "no filters here", minor="invalid_filter_field")


@fault("blind-filter", SELECTION, "a filter selects nothing, whatever has changed")
def _blind_filter(exchange, switch):
    if _filtered(exchange):
        _take(exchange, (), ())


@fault("revision", AFTER, "x-perm-rev on every answer", value="1")
def _revision(exchange, switch):
    exchange.answer.headers.append(("x-perm-rev", switch.options["value"]))


@fault("list-lacks", SELECTION, "the list lacks the record, which is still there by its id; totals agree with the list")
def _list_lacks(exchange, switch):
    hidden = set(exchange.ids) if switch.record == "all" else {switch.chosen_id(exchange)}
    kept = [(sid, body) for sid, body in zip(exchange.ids, exchange.bodies) if sid not in hidden]
    _take(exchange, [sid for sid, _ in kept], [body for _, body in kept])


@fault("no-singles", BEFORE, "404 to every question for one record")
def _no_singles(exchange, switch):
    if exchange.single is not None:
        exchange.refuse(404, "no such address")
