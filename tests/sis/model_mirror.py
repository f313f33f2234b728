"""What one source says of its records, and for how long it has not said it: the mirror and the countdown.

Written from the rules of the protocol alone (N1, C5, D1, D2), so that it can be held against the real thing.
"""

import re
from dataclasses import dataclass

from sis.world import COLLECTIONS

_DELETED = frozenset(("tobedeleted", "inactive"))


def marked_deleted(record):
    """Does the source say that this record is to be deleted, in whatever spelling?"""
    return re.sub(r"[-_ ]", "", str(record.get("status", ""))).lower() in _DELETED


def disabled(record):
    """Does the source say that this person is disabled?"""
    return str(record.get("enabledUser", "true")).lower() == "false"


@dataclass
class Row:
    """One record as the source showed it last."""

    body: dict
    present: bool = True
    unread: bool = False        # present, but its values could not be read (N1)
    first_missed: object = None
    missed: int = 0             # sealed full snapshots without it since the last sight
    gone: bool = False          # the countdown is complete (D1)
    first_disabled: object = None
    said_disabled: int = 0      # sealed full snapshots that said so since it was last enabled
    off: bool = False           # that countdown is complete

    def sight(self, body):
        """The record was there; body is None where it could not be read. Ends any countdown (D2)."""
        self.present, self.first_missed, self.missed, self.gone = True, None, 0, False
        self.unread = body is None
        if body is not None:
            self.body = body
        if not disabled(self.body):
            self.first_disabled, self.said_disabled, self.off = None, 0, False

    def word(self, today, snapshots, days):
        """A sealed full snapshot had it, and says perhaps that it is disabled: counted as absences are."""
        if self.unread or not disabled(self.body):
            return
        self.said_disabled += 1
        self.first_disabled = self.first_disabled or today
        if self.said_disabled >= snapshots and (today - self.first_disabled).days >= days:
            self.off = True

    def absence(self, today, snapshots, days):
        """A sealed full snapshot did not have it, or had it marked as deleted."""
        self.present = False
        self.missed += 1
        self.first_missed = self.first_missed or today
        if self.missed >= snapshots and (today - self.first_missed).days >= days:
            self.gone = True


class Mirror:
    """collection → id → Row."""

    def __init__(self):
        self.tables = {name: {} for name in COLLECTIONS}

    def __getitem__(self, collection):
        return self.tables[collection]

    def take(self, world, today, countdown, unsealed=(), unreadable=None):
        """One full snapshot. countdown: (snapshots, days). unsealed: collections that were not complete;
        unreadable: collection → ids whose values were dropped, which leaves their collection unsealed."""
        unreadable = unreadable or {}
        for name in COLLECTIONS:
            dropped = set(unreadable.get(name, ()))
            seen = self._sights(name, world[name], dropped)
            if name not in unsealed and not dropped:
                for sid, row in self.tables[name].items():
                    (row.word if sid in seen else row.absence)(today, *countdown)

    def _sights(self, name, records, dropped):
        """Notes who was there; of two copies of a record the later one counts (C5)."""
        latest = {}
        for record in records:
            sid = record["sourcedId"]
            if sid not in latest or record["dateLastModified"] >= latest[sid]["dateLastModified"]:
                latest[sid] = record
        table, seen = self.tables[name], set()
        for sid, record in latest.items():
            if marked_deleted(record) and sid not in dropped:
                continue
            seen.add(sid)
            if sid in table:
                table[sid].sight(None if sid in dropped else record)
            elif sid not in dropped:
                table[sid] = Row(record)
        return seen
