"""Holds the directory of the database against the one that the model expects, and says in words where they differ.

Accounts go by the set of source records that they follow, never by their own ids.
"""

_TABLES = {
    "account": "account_id kind username given_name family_name middle_name email phone sms identifier grades status",
    "account_role": "account_id role school_id ended_on",
    "account_link": "account_id sourced_id",
    "guardianship": "guardian_id student_id relation ended_on",
    "user_list": "list_id class_id title class_code school_id",
    "membership": "list_id account_id role ended_on",
}

_CONTACT_COLUMNS = frozenset(("kind", "status", "given_name", "family_name", "email", "phone", "sms", "roles"))


def read_rows(cursor):
    """The rows of the directory in order of their columns, whatever way the database found them: two readings of the same directory
    are equal. Read with a DB-API cursor whose transaction has its district and search path set."""
    rows = {}
    for table, columns in _TABLES.items():
        names = columns.split()
        cursor.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {', '.join(names)}")
        rows[table] = [dict(zip(names, row)) for row in map(_values, cursor.fetchall())]
    return rows


def _values(row):
    return row.values() if isinstance(row, dict) else row


def arrange(rows):
    """Rows of the database in the shape of the model's."""
    links, roles = {}, {}
    for row in rows["account_link"]:
        links.setdefault(row["account_id"], set()).add(row["sourced_id"])
    for row in rows["account_role"]:
        if row["ended_on"] is None:
            roles.setdefault(row["account_id"], set()).add((row["role"], row["school_id"]))
    names = {row["account_id"]: frozenset(links.get(row["account_id"], {f"(account {row['account_id']} has no link)"}))
             for row in rows["account"]}
    classes = {row["list_id"]: row["class_id"] for row in rows["user_list"]}
    return {
        "accounts": {names[row["account_id"]]: {**_without(row, "account_id"),
                                                "roles": frozenset(roles.get(row["account_id"], ()))}
                     for row in rows["account"]},
        "guardianships": {(names[row["guardian_id"]], names[row["student_id"]]):
                          {"relation": row["relation"], "ended": row["ended_on"] is not None}
                          for row in rows["guardianship"]},
        "lists": {row["class_id"]: _without(row, "list_id") for row in rows["user_list"]},
        "memberships": {(classes[row["list_id"]], names[row["account_id"]], row["role"]):
                        {"ended": row["ended_on"] is not None} for row in rows["membership"]},
    }


def _without(row, name):
    return {key: value for key, value in row.items() if key != name}


def compare(expected, rows, ignore=(), most=50):
    """Differences as readable lines, none where all is well.

    expected: what Directory.rows gave. rows: table → rows of the database, as read_rows gives them. ignore: columns
    that shall not count, such as "title". most: more differences than that are only counted.
    """
    found = []
    actual = arrange(rows)
    for part in ("accounts", "guardianships", "lists", "memberships"):
        found += _compare_part(part, expected[part], actual[part], frozenset(ignore))
    if len(found) > most:
        found = found[:most] + [f"… and {len(found) - most} more"]
    return found


def _compare_part(part, expected, actual, ignore):
    label = part[:-1]
    found = [f"{label} {_name(key)} is missing" for key in sorted(expected.keys() - actual.keys(), key=_name)]
    found += [f"{label} {_name(key)} should not be there" for key in sorted(actual.keys() - expected.keys(), key=_name)]
    for key in sorted(expected.keys() & actual.keys(), key=_name):
        wanted, got = expected[key], actual[key]
        contact = wanted.get("kind") == "contact"
        for column in sorted(wanted):
            if column in ignore or (contact and column not in _CONTACT_COLUMNS):
                continue
            if _plain(wanted[column]) != _plain(got.get(column)):
                found.append(f"{label} {_name(key)}: {column} is {_show(got.get(column))}, "
                             f"should be {_show(wanted[column])}")
    return found


def _name(key):
    """A key in words: the ids of an account in order, joined by a plus."""
    if isinstance(key, frozenset):
        return "+".join(sorted(key))
    return key if isinstance(key, str) else " / ".join(_name(part) for part in key)


def _plain(value):
    """NULL, an empty text and an empty list are all no value; lists go by their members."""
    if isinstance(value, (list, tuple)):
        value = list(value)
    return value or None if not isinstance(value, bool) else value


def _show(value):
    return repr(sorted(value)) if isinstance(value, frozenset) else repr(value)
