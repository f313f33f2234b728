"""The query of an OneRoster request: limit, offset, sort, orderBy, filter, fields."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import unquote

DEFAULT_LIMIT = 100

_CLAUSE = r"([A-Za-z][\w.]*)(!=|>=|<=|=|>|<|~)'((?:[^']|'')*)'"
_FILTER = re.compile(rf"{_CLAUSE}(?: (AND|OR) {_CLAUSE})?")


class QueryError(Exception):
    """A query that cannot be answered; minor is the codeMinor of the answer."""

    def __init__(self, minor, text):
        super().__init__(text)
        self.minor = minor


@dataclass(frozen=True)
class Clause:
    """One comparison of a filter."""

    field: str
    predicate: str
    value: str

    def holds(self, record):
        """Does the record meet the clause? One of several values is enough."""
        found = values_at(record, self.field)
        if self.predicate == "!=":
            return not any(_compare("=", value, self) for value in found)
        return any(_compare(self.predicate, value, self) for value in found)


@dataclass(frozen=True)
class Query:
    """A parsed query. Without a filter there are no clauses."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    sort: str = ""
    descending: bool = False
    clauses: tuple = ()
    either: bool = False
    fields: tuple = ()

    def selects(self, record):
        """Does the record pass the filter?"""
        if not self.clauses:
            return True
        return (any if self.either else all)(clause.holds(record) for clause in self.clauses)


def pairs(raw):
    """The name-value pairs of a raw query. Split at the first '=' only; '+' is a plus, never a blank."""
    parts = (part.partition("=") for part in raw.split("&") if part)
    return [(unquote(name), unquote(value)) for name, _, value in parts]


def parse(raw, known_fields):
    """The Query of a raw query string; raises QueryError."""
    given = dict(pairs(raw))
    fields = tuple(name for name in given.get("fields", "").split(",") if name)
    for name in fields:
        if name.partition(".")[0] not in known_fields:
            raise QueryError("invalid_selection_field", f"no field {name}")
    sort = given.get("sort", "")
    if sort and sort.partition(".")[0] not in known_fields:
        raise QueryError("invalid_sort_field", f"no field {sort}")
    clauses, either = _filter(given.get("filter", ""), known_fields)
    return Query(_number(given, "limit", DEFAULT_LIMIT, 1), _number(given, "offset", 0, 0), sort,
                 given.get("orderBy", "asc") == "desc", clauses, either, fields)


def values_at(record, path):
    """The values at a dotted path; lists are walked through, what is absent has none."""
    found = [record]
    for name in path.split("."):
        found = [item.get(name) for item in found if isinstance(item, dict)]
        found = [item for value in found for item in (value if isinstance(value, list) else [value])]
    return [value for value in found if value is not None]


def _number(given, name, default, least):
    text = given.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < least:
        raise QueryError("invalid data", f"{name} must be a whole number from {least}")
    return int(text)


def _filter(text, known_fields):
    if not text:
        return (), False
    match = _FILTER.fullmatch(text)
    if not match:
        raise QueryError("invalid_filter_field", "the filter cannot be read")
    parts = match.groups()
    clauses = [Clause(parts[0], parts[1], parts[2].replace("''", "'"))]
    if parts[3]:
        clauses.append(Clause(parts[4], parts[5], parts[6].replace("''", "'")))
    for clause in clauses:
        if clause.field.partition(".")[0] not in known_fields:
            raise QueryError("invalid_filter_field", f"no field {clause.field}")
    return tuple(clauses), parts[3] == "OR"


_COMPARISONS = {
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "~": lambda a, b: b in a,
}


def _compare(predicate, value, clause):
    left, right = str(value).casefold(), clause.value.casefold()
    if clause.field == "dateLastModified" and predicate != "~":
        left, right = _moment(str(value)), _moment(clause.value)
    return _COMPARISONS[predicate](left, right)


def _moment(text):
    """A date or date and time as a moment; what is neither sorts before all."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=timezone.utc)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
