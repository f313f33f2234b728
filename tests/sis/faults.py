"""The table of faults and deviations, and the switches that turn them on.

FAULTS is the one table: name → what it does. The functions stand beside their kin in faults_answers.py,
faults_pages.py and faults_records.py, and enter the table by the decorator below.
"""

import importlib
import threading
from dataclasses import dataclass, field

# When a fault acts: before anything is looked at; on the selection before the page is cut; on single records;
# on the finished answer.
BEFORE, SELECTION, RECORD, AFTER = "before", "selection", "record", "after"

FAULTS = {}

_SWITCH_FIELDS = ("collection", "from", "to", "offset", "single", "record")


class UnknownFault(ValueError):
    """A switch names a fault or an option that does not exist; the text says which."""


@dataclass(frozen=True)
class Fault:
    """One line of the table."""

    name: str
    stage: str
    does: str
    act: object
    options: dict = field(default_factory=dict)     # names and their defaults
    tokens: bool = False                            # also acts on token requests when no collection is named


def fault(name, stage, does, tokens=False, **options):
    """Enters a function into the table."""
    def enter(act):
        if name in FAULTS:
            raise ValueError(f"two faults are called {name}")
        FAULTS[name] = Fault(name, stage, does, act, options, tokens)
        return act
    return enter


class Switch:
    """One fault turned on for a district: for which requests, with which options.

    collection: an endpoint or "token"; none: all endpoints. from, to: the n-th to the m-th matching request, both
    included, counted from 1 since the switch was set; without them always. offset: only requests for the page that
    begins there. single: true for requests by id only, false for collections only. record: {"id": …}, {"nth": n}
    (in the order of ids, from 1) or "all", for faults of records; by default the first.
    """

    def __init__(self, number, settings):
        name = settings.get("fault")
        if name not in FAULTS:
            raise UnknownFault(f"there is no fault {name}; see /_control/faults")
        self.number = number
        self.fault = FAULTS[name]
        given = {key: value for key, value in settings.items() if key not in ("fault", *_SWITCH_FIELDS)}
        unknown = sorted(set(given) - set(self.fault.options))
        if unknown:
            raise UnknownFault(f"{name} has no option {', '.join(unknown)}")
        self.options = {**self.fault.options, **given}
        self.where = {key: settings[key] for key in _SWITCH_FIELDS if key in settings}
        self.record = settings.get("record", {"nth": 1})
        self.count = 0          # matching requests so far
        self.fired = 0
        self.lifted = threading.Event()
        self._lock = threading.Lock()

    def takes(self, exchange):
        """Counts a request and says whether the fault acts on it."""
        if not self._matches(exchange):
            return False
        with self._lock:
            self.count += 1
            fires = self.where.get("from", 1) <= self.count <= self.where.get("to", self.count)
            self.fired += fires
            return fires

    def _matches(self, exchange):
        wanted = self.where.get("collection")
        if wanted is None and exchange.resource == "token" and not self.fault.tokens:
            return False
        if wanted is not None and wanted != exchange.resource:
            return False
        if "offset" in self.where and (exchange.single is not None or exchange.offset != self.where["offset"]):
            return False
        return "single" not in self.where or self.where["single"] == (exchange.single is not None)

    def chosen_id(self, exchange):
        """The id of the record that the switch is about, or None where there is none."""
        if "id" in self.record:
            return self.record["id"]
        ids = exchange.roster.ordered_ids(exchange.resource)
        nth = self.record["nth"]
        return ids[nth - 1] if 1 <= nth <= len(ids) else None

    def describe(self):
        """The switch as the control API shows it."""
        return {"id": self.number, "fault": self.fault.name, **self.where, **self.options,
                "count": self.count, "fired": self.fired}


def table():
    """The table as plain data, in its order."""
    return {name: {"stage": line.stage, "does": line.does, "options": line.options}
            for name, line in FAULTS.items()}


for _module in ("faults_answers", "faults_pages", "faults_records", "faults_filters"):
    importlib.import_module(f"sis.{_module}")
