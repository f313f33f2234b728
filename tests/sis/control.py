"""The control API of the pretend SIS: what tests turn, swap and read while it serves.

    GET    /_control/health                           {"districts": [...]}
    GET    /_control/faults                           the table
    POST   /_control/reset                            forgets all districts
    PUT    /_control/districts/NAME                   {"world_path" | "world" | "generate": …, "auth": {…},
                                                       "version": "1.1" | "1.2", "vendor": a key of VENDORS}
    GET    /_control/districts/NAME                   sizes and switches
    DELETE /_control/districts/NAME
    PUT    /_control/districts/NAME/world             {"world_path" | "world": …}: another day
    PUT    /_control/districts/NAME/auth              {"kind": …}
    POST   /_control/districts/NAME/faults            {"fault": …, "collection": …, "from": …, …} → {"id": n}
    GET    /_control/districts/NAME/faults
    DELETE /_control/districts/NAME/faults            all; …/faults/ID one
    GET    /_control/districts/NAME/counters
    DELETE /_control/districts/NAME/counters          counts from nothing
    GET    /_control/districts/NAME/log               the last requests
"""

import json
import re
from datetime import date

from sis import faults
from sis.district import District
from sis.exchange import Answer
from sis.generate import make_district
from sis.vendors import VENDORS
from sis.vocabulary import ROOTS, encode
from sis.world import World

PREFIX = "/_control/"
_NAME = r"districts/([a-z0-9][a-z0-9-]*)"


class Wrong(Exception):
    """A control request that cannot be done."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def _world(settings):
    """The world that a request brings, names or describes."""
    if "world_path" in settings:
        return World.load(settings["world_path"])
    if "world" in settings:
        return World.from_plain(settings["world"])
    if "generate" in settings:
        options = dict(settings["generate"])
        if "today" in options:
            options["today"] = date.fromisoformat(options["today"])
        return make_district(**options)
    raise Wrong(400, "give world_path, world or generate")


class Control:
    """The districts of one server, and the requests that change them."""

    def __init__(self):
        self.districts = {}

    def answer(self, request):
        """Answers a control request."""
        path = request.path.removeprefix(PREFIX)
        try:
            body = json.loads(request.body or b"{}")
            for method, pattern, act in _ROUTES:
                match = re.fullmatch(pattern, path)
                if match and method == request.method:
                    return Answer(200, encode(act(self, body, *match.groups())))
            raise Wrong(404, "no such control request")
        except Wrong as wrong:
            return Answer(wrong.status, encode({"error": str(wrong)}))
        except (ValueError, TypeError, KeyError, OSError) as error:
            return Answer(400, encode({"error": f"{type(error).__name__}: {error}"}))

    def _district(self, name):
        if name not in self.districts:
            raise Wrong(404, f"there is no district {name}")
        return self.districts[name]

    def health(self, body):
        """Who is served."""
        return {"districts": sorted(self.districts)}

    def faults(self, body):
        """The table of faults."""
        return faults.table()

    def reset(self, body):
        """Forgets all districts; what hangs is let go."""
        for district in self.districts.values():
            district.switch_off()
        self.districts.clear()
        return {}

    def put(self, body, name):
        """A new district, or a whole new one under an old name."""
        version = body.get("version", "1.1")
        if version not in ROOTS:
            raise Wrong(400, f"version must be one of {', '.join(ROOTS)}")
        vendor = body.get("vendor")
        if vendor is not None and vendor not in VENDORS:
            raise Wrong(400, f"vendor must be one of {', '.join(VENDORS)}")
        self.districts[name] = District(name, _world(body), body.get("auth"), version, vendor)
        return self.show(body, name)

    def show(self, body, name):
        """Sizes and switches of a district."""
        district = self._district(name)
        return {"name": name, "records": {key: len(table) for key, table in district.roster.tables.items()},
                "faults": self.list_faults(body, name)}

    def delete(self, body, name):
        """Forgets a district."""
        self._district(name).switch_off()
        del self.districts[name]
        return {}

    def swap(self, body, name):
        """Another day of a district."""
        self._district(name).swap(_world(body))
        return self.show(body, name)

    def credentials(self, body, name):
        """Other credentials for a district."""
        self._district(name).set_credentials(body)
        return {}

    def switch_on(self, body, name):
        """Turns a fault on."""
        return self._district(name).switch_on(body).describe()

    def list_faults(self, body, name):
        """The switches that are on, with how often each fired."""
        return [switch.describe() for switch in self._district(name).switches()]

    def switch_off(self, body, name, number=None):
        """Turns one switch off, or all."""
        return {"off": self._district(name).switch_off(int(number) if number else None)}

    def counters(self, body, name):
        """What a district was asked."""
        return self._district(name).counters()

    def reset_counters(self, body, name):
        """Counts from nothing."""
        self._district(name).reset_counters()
        return {}

    def log(self, body, name):
        """The last requests of a district."""
        return self._district(name).log()


_ROUTES = (
    ("GET", "health", Control.health),
    ("GET", "faults", Control.faults),
    ("POST", "reset", Control.reset),
    ("PUT", _NAME, Control.put),
    ("GET", _NAME, Control.show),
    ("DELETE", _NAME, Control.delete),
    ("PUT", f"{_NAME}/world", Control.swap),
    ("PUT", f"{_NAME}/auth", Control.credentials),
    ("POST", f"{_NAME}/faults", Control.switch_on),
    ("GET", f"{_NAME}/faults", Control.list_faults),
    ("DELETE", f"{_NAME}/faults", Control.switch_off),
    ("DELETE", rf"{_NAME}/faults/(\d+)", Control.switch_off),
    ("GET", f"{_NAME}/counters", Control.counters),
    ("DELETE", f"{_NAME}/counters", Control.reset_counters),
    ("GET", f"{_NAME}/log", Control.log),
)
