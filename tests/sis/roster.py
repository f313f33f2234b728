"""One district's records as bytes that were made once, so that a page is a join of slices."""

import threading
from collections import OrderedDict

from sis.query import Query, values_at
from sis.vocabulary import RESOURCES, encode

_KEPT_SELECTIONS = 32
_BY_ID = Query(sort="sourcedId")


class Roster:
    """The records of a world, rendered; answers queries with lists of ids and of bodies in the same order."""

    def __init__(self, world, before=None):
        """before: yesterday's roster; what did not change keeps its bytes."""
        self.tables = {}
        self.bodies = {}
        for name, records in world.collections.items():
            table = {record["sourcedId"]: record for record in records}
            old, old_bodies = (before.tables[name], before.bodies[name]) if before else ({}, {})
            self.tables[name] = table
            self.bodies[name] = {sid: old_bodies[sid] if old.get(sid) == record else encode(record)
                                 for sid, record in table.items()}
        self._selections = OrderedDict()
        self._lock = threading.Lock()

    def record(self, resource, sid):
        """One record as a dict, or None where the endpoint does not show it."""
        kind = RESOURCES[resource]
        record = self.tables[kind.collection].get(sid)
        return record if record is not None and kind.shows(record) else None

    def ordered_ids(self, resource):
        """The ids that an endpoint shows, in their order."""
        return self.select(resource, _BY_ID)[0]

    def select(self, resource, query):
        """All ids and bodies that a query selects, in its order. The lists are shared: copy before changing."""
        key = (resource, query.sort, query.descending, query.clauses, query.either, query.fields)
        with self._lock:
            found = self._selections.get(key)
            if found is None:
                found = self._selections[key] = self._build(RESOURCES[resource], query)
                if len(self._selections) > _KEPT_SELECTIONS:
                    self._selections.popitem(last=False)
            return found

    def _build(self, kind, query):
        table, bodies = self.tables[kind.collection], self.bodies[kind.collection]
        ids = [sid for sid, record in table.items() if kind.shows(record) and query.selects(record)]
        if query.sort == "sourcedId":
            ids.sort(reverse=query.descending)
        elif query.sort:
            ids.sort()
            ids.sort(key=lambda sid: [str(value) for value in values_at(table[sid], query.sort)],
                     reverse=query.descending)
        if not query.fields:
            return ids, [bodies[sid] for sid in ids]
        names = {name.partition(".")[0] for name in query.fields}
        return ids, [encode({name: value for name, value in table[sid].items() if name in names}) for sid in ids]
