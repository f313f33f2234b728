"""Faults of single records: values that are missing, of the wrong kind, too big, or not even JSON.

Each acts on a Draft, so that several can meet in one record.
"""

import re
from datetime import date

from sis.faults import RECORD, fault
from sis.vocabulary import RESOURCES, encode

_REQUIRED = {"orgs": "name", "academicSessions": "title", "courses": "title", "classes": "title",
             "users": "givenName", "enrollments": "user", "demographics": "sourcedId",
             "resources": "vendorResourceId"}
_ENUMS = {"orgs": "type", "academicSessions": "type", "courses": "status", "classes": "classType", "users": "role",
          "enrollments": "role", "demographics": "sex", "resources": "importance"}
_REFERENCES = {"orgs": "parent", "academicSessions": "parent", "courses": "org", "classes": "course",
               "users": "orgs", "enrollments": "user", "demographics": "sourcedId", "resources": "sourcedId"}
_TEXTS = {"orgs": "name", "academicSessions": "title", "courses": "title", "classes": "title",
          "users": "familyName", "enrollments": "role", "demographics": "cityOfBirth", "resources": "title"}
_DATES = ("birthDate", "startDate", "endDate", "beginDate")


class Draft:
    """A record on its way to bytes. The record is a copy; raw bytes enter by splice."""

    def __init__(self, resource, record, version="1.1"):
        self.resource = resource
        self.version = version
        self.collection = RESOURCES[resource].collection
        self.record = dict(record)
        self._splices = []

    def field(self, switch, defaults):
        """The field a switch names, else the usual one of the collection."""
        return switch.options["field"] or defaults[self.collection]

    def change(self, name, into):
        """Puts into(value) in the field's place; where 1.2 has roles, in that of the first one's role or org."""
        part = {"role": "role", "orgs": "org"}.get(name)
        if self.collection != "users" or part is None or not self.record.get("roles"):
            self.record[name] = into(self.record.get(name))
            return
        first, *others = self.record["roles"]
        self.record["roles"] = [{**first, part: into(first.get(part))}, *others]

    def splice(self, raw):
        """A value that becomes these very bytes."""
        self._splices.append(raw)
        return f"\x01splice-{len(self._splices)}\x01"

    def render(self):
        """The bytes of the record."""
        body = encode(self.record)
        for number, raw in enumerate(self._splices, 1):
            body = body.replace(encode(f"\x01splice-{number}\x01"), raw, 1)
        return body


# ---- values that are missing or wrong ------------------------------------------------------------------------------

@fault("missing-field", RECORD, "a required field is absent (givenName, name, title, user …)", field=None)
def _missing_field(draft, switch):
    draft.record.pop(draft.field(switch, _REQUIRED), None)


@fault("unknown-enum", RECORD, "a word that the standard does not know where it lists words", field=None,
       value="wizard")
def _unknown_enum(draft, switch):
    draft.change(draft.field(switch, _ENUMS), lambda word: switch.options["value"])


@fault("enum-case", RECORD, "the enumerated word begins with a capital", field=None)
def _enum_case(draft, switch):
    draft.change(draft.field(switch, _ENUMS), lambda word: (word or "").capitalize())


@fault("dangling-reference", RECORD, "a reference names an id that is nowhere", field=None, id="no-such-id")
def _dangling_reference(draft, switch):
    name, sid = draft.field(switch, _REFERENCES), switch.options["id"]
    if name == "sourcedId":
        draft.record[name] = sid
        return

    def break_first(value):
        value = value or {"href": "", "type": "org"}
        broken = {**(value[0] if isinstance(value, list) else value), "sourcedId": sid}
        return [broken, *value[1:]] if isinstance(value, list) else broken
    draft.change(name, break_first)


@fault("blank-reference", RECORD, "a reference whose three parts are empty texts; in a list it is added", field=None)
def _blank_reference(draft, switch):
    blank = {"href": "", "sourcedId": "", "type": ""}
    draft.change(draft.field(switch, _REFERENCES), lambda value: [*value, blank] if isinstance(value, list) else blank)


@fault("tobedeleted", RECORD, "status tobedeleted")
def _tobedeleted(draft, switch):
    draft.record["status"] = "tobedeleted"


@fault("status-spelling", RECORD, "status in another spelling: toBeDeleted, to_be_deleted, inactive, Active",
       value="toBeDeleted")
def _status_spelling(draft, switch):
    draft.record["status"] = switch.options["value"]


@fault("set-fields", RECORD, "any fields set to any values, others removed", set={}, remove=[])
def _set_fields(draft, switch):
    draft.record.update(switch.options["set"])
    for name in switch.options["remove"]:
        draft.record.pop(name, None)


# ---- the wrong kind of value ---------------------------------------------------------------------------------------

def _walk(value, change):
    """The value with every text in it changed, however deep."""
    if isinstance(value, dict):
        return {name: _walk(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _number(text):
    return int(text) if re.fullmatch(r"0|[1-9]\d{0,15}", text) else text


@fault("numbers-for-strings", RECORD, "texts of digits are JSON numbers: sourcedId, schoolYear, periods, grades")
def _numbers_for_strings(draft, switch):
    draft.record = _walk(draft.record, _number)
    if "grades" in draft.record:
        draft.record["grades"] = [int(grade) if str(grade).isdigit() else grade for grade in draft.record["grades"]]


_BOOLEANS = {
    "boolean": {"true": True, "false": False},
    "number": {"true": 1, "false": 0},
    "upper": {"true": "TRUE", "false": "FALSE"},
}


@fault("booleans-for-strings", RECORD,
       "\"true\" and \"false\" as JSON booleans; form number (1, 0) or upper (\"TRUE\")", form="boolean")
def _booleans_for_strings(draft, switch):
    words = _BOOLEANS[switch.options["form"]]
    draft.record = _walk(draft.record, lambda text: words.get(text, text))


@fault("scalar-for-array", RECORD, "lists of one value are that value; longer ones their first")
def _scalar_for_array(draft, switch):
    draft.record = {name: value[0] if isinstance(value, list) and value else value
                    for name, value in draft.record.items()}


@fault("array-for-scalar", RECORD, "texts and references are lists of one, sourcedId excepted")
def _array_for_scalar(draft, switch):
    draft.record = {name: value if name == "sourcedId" or isinstance(value, list) else [value]
                    for name, value in draft.record.items()}


def _absent(name, does, value):
    @fault(name, RECORD, does)
    def act(draft, switch):
        for missing in sorted(RESOURCES[draft.resource].fields_of(draft.version) - set(draft.record)):
            draft.record[missing] = value
    return act


_absent("absent-as-null", "every field without a value is there and null", None)
_absent("absent-as-empty-text", "every field without a value is there and \"\"", "")
_absent("absent-as-empty-list", "every field without a value is there and []", [])


# ---- dates ---------------------------------------------------------------------------------------------------------

def _dates(name, does, form):
    @fault(name, RECORD, does)
    def act(draft, switch):
        for name in _DATES:
            if draft.record.get(name):
                draft.record[name] = form(date.fromisoformat(draft.record[name]))
    return act


_dates("date-with-time", "dates as YYYY-MM-DDT00:00:00.000Z", lambda day: f"{day.isoformat()}T00:00:00.000Z")
_dates("date-us", "dates as MM/DD/YYYY", lambda day: day.strftime("%m/%d/%Y"))


@fault("school-year-range", RECORD, "schoolYear as \"2025-2026\"")
def _school_year_range(draft, switch):
    if "schoolYear" in draft.record and draft.collection == "academicSessions":
        year = int(draft.record["schoolYear"])
        draft.record["schoolYear"] = f"{year - 1}-{year}"


# ---- bytes that are not as they should be --------------------------------------------------------------------------

@fault("broken-utf8", RECORD, "two bytes in a text that are not UTF-8", field=None)
def _broken_utf8(draft, switch):
    draft.record[draft.field(switch, _TEXTS)] = draft.splice(b'"M\xc3\x28ller\xff"')


@fault("nul-escape", RECORD, "\\u0000 in a text", field=None)
def _nul_escape(draft, switch):
    draft.record[draft.field(switch, _TEXTS)] = draft.splice(b'"Mu\\u0000ller"')


@fault("huge-field", RECORD, "a text of ten million bytes", field=None, bytes=10_000_000)
def _huge_field(draft, switch):
    draft.record[draft.field(switch, _TEXTS)] = draft.splice(b'"' + b"x" * switch.options["bytes"] + b'"')


@fault("deep-nesting", RECORD, "metadata holds lists in lists, 2,000 deep", levels=2000)
def _deep_nesting(draft, switch):
    levels = switch.options["levels"]
    draft.record["metadata"] = draft.splice(b'{"deep":' + b"[" * levels + b"]" * levels + b"}")


@fault("duplicate-keys", RECORD, "one key stands twice in the object, with another value the second time", field=None,
       value="again")
def _duplicate_keys(draft, switch):
    name = draft.field(switch, _TEXTS)
    first = encode(draft.record.get(name, ""))
    draft.record[name] = draft.splice(first + b"," + encode(name) + b":" + encode(switch.options["value"]))


# ---- what 1.2 and 1.1 mix ------------------------------------------------------------------------------------------

@fault("mixed-shape", RECORD, "a 1.2 user has role and orgs, as in 1.1: beside its roles, or instead of them", instead=False)
def _mixed_shape(draft, switch):
    roles = draft.record.get("roles") or []
    if draft.collection != "users" or not roles:
        return
    draft.record["role"] = roles[0]["role"]
    draft.record["orgs"] = [entry["org"] for entry in roles if entry["role"] == roles[0]["role"]]
    if switch.options["instead"]:
        del draft.record["roles"]


@fault("duplicate-roles", RECORD, "each of a 1.2 user's roles stands twice, the second time in capitals")
def _duplicate_roles(draft, switch):
    if draft.collection == "users":
        draft.record["roles"] = [copy for entry in draft.record.get("roles") or ()
                                 for copy in (entry, {**entry, "role": entry["role"].upper()})]
