#!/usr/bin/env python3
"""What a careful engineer would write instead of Rollcall: one script, one source, one database.

    python3 tests/bench/rival_script.py --url URL --token TOKEN --database URL --schools 1001,1002 [--lean] [--lists]
    python3 tests/bench/rival_script.py --zip FILE …

It reads every collection page by page (the next one while this one is worked on), refuses to go on where a page or
a total is not what was announced, compares by hash and writes only what differs: a mirror of all collections, then
accounts with roles, links and guardianships for the people of the chosen schools, memberships where lists are wanted,
an archive of those who were missing in two complete nights at least three days apart, and a history of every change.
What it leaves out is what a script leaves out: plans and their approval, thresholds, pins, undo, findings, several
districts, encryption, restarts in the middle, messages to others.

The last line printed is a JSON object of seconds by phase and of what was done.
"""

import argparse
import csv
import hashlib
import io
import json
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import orjson
import psycopg
import requests

COLLECTIONS = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics")
PAGE = 5000
ARCHIVE_NIGHTS, ARCHIVE_DAYS = 2, 3

SCHEMA = """
CREATE TABLE IF NOT EXISTS night (night_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, taken_on date NOT NULL);
CREATE TABLE IF NOT EXISTS mirror (
    collection text, sourced_id text, hash bytea NOT NULL, modified timestamptz, body jsonb NOT NULL,
    user_ref text, class_ref text, changed_night bigint NOT NULL, missing_on date, missing_nights int NOT NULL DEFAULT 0,
    PRIMARY KEY (collection, sourced_id));
CREATE INDEX IF NOT EXISTS mirror_user ON mirror (user_ref) WHERE user_ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS mirror_class ON mirror (class_ref) WHERE class_ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS mirror_missing ON mirror (collection) WHERE missing_on IS NOT NULL;
CREATE TABLE IF NOT EXISTS account (
    account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person text NOT NULL UNIQUE,
    given_name text, family_name text, middle_name text, username text, email text, phone text, identifier text,
    grades text[], status text NOT NULL DEFAULT 'active', created_night bigint NOT NULL, changed_night bigint NOT NULL);
CREATE TABLE IF NOT EXISTS account_link (
    sourced_id text PRIMARY KEY, account_id bigint NOT NULL REFERENCES account);
CREATE INDEX IF NOT EXISTS account_link_account ON account_link (account_id);
CREATE TABLE IF NOT EXISTS account_role (
    account_id bigint REFERENCES account, role text, school_id text, began_on date NOT NULL, ended_on date,
    PRIMARY KEY (account_id, role, school_id));
CREATE TABLE IF NOT EXISTS guardianship (
    guardian_id bigint REFERENCES account, student_id bigint REFERENCES account, relation text NOT NULL,
    began_on date NOT NULL, ended_on date, PRIMARY KEY (guardian_id, student_id));
CREATE TABLE IF NOT EXISTS membership (
    class_id text, account_id bigint REFERENCES account, role text, began_on date NOT NULL, ended_on date,
    PRIMARY KEY (class_id, account_id, role));
CREATE TABLE IF NOT EXISTS history (
    history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, night_id bigint NOT NULL, account_id bigint NOT NULL,
    kind text NOT NULL, field text NOT NULL DEFAULT '', old_value text, new_value text);
"""

# ---- reading ---------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """The source did not keep its word: nothing of this night is written."""


class Source:
    """Pages of one OneRoster source, one ahead of who works on them."""

    def __init__(self, url, token):
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.session.headers["Accept-Encoding"] = "identity"
        self.ahead = ThreadPoolExecutor(1)

    def _get(self, collection, offset):
        query = {"limit": PAGE, "offset": offset, "sort": "sourcedId", "orderBy": "asc"}
        for attempt in range(5):
            try:
                answer = self.session.get(f"{self.url}/{collection}", params=query, timeout=180)
            except requests.ConnectionError:
                time.sleep(2 ** attempt)
                continue
            if answer.status_code in (429, 500, 502, 503, 504):
                time.sleep(float(answer.headers.get("Retry-After", 2 ** attempt)))
                continue
            answer.raise_for_status()
            return answer.content, int(answer.headers["X-Total-Count"])
        raise Refused(f"{collection} at {offset}: no answer after five attempts")

    def pages(self, collection):
        """The records of each page; raises where the total moves or is not reached."""
        offset, first = 0, None
        waiting = self.ahead.submit(self._get, collection, 0)
        while True:
            body, total = waiting.result()
            first = total if first is None else first
            if total != first:
                raise Refused(f"{collection}: the total moved from {first} to {total}")
            # Most pages are full: the next one is asked for before this one is read.
            guess = offset + PAGE
            waiting = self.ahead.submit(self._get, collection, guess) if guess < total else None
            records = orjson.loads(body).get(collection)
            if records is None:
                raise Refused(f"{collection} at {offset}: an answer without its list")
            yield records
            offset += len(records)
            if offset == total:
                return
            if not records or offset > total:
                raise Refused(f"{collection}: {offset} records of {total}")
            if waiting is None or guess != offset:
                waiting = self.ahead.submit(self._get, collection, offset)


def named(text, many=True):
    """What a cell names: references, or one."""
    found = [{"sourcedId": name} for name in text.split(",") if name]
    return found if many else (found[0] if found else None)


def listed(text):
    """A list of plain values."""
    return text.split(",") if text else []


def user_ids(text):
    """{type:identifier},… of OneRoster CSV."""
    pairs = (item.strip("{}").partition(":") for item in text.split(",") if item)
    return [{"type": kind, "identifier": value} for kind, _, value in pairs]


# Column of a file → field of a record, and how it is read; all others are texts.
CELLS = {
    "parentSourcedId": ("parent", lambda text: named(text, False)), "orgSourcedId": ("org", lambda text: named(text, False)),
    "courseSourcedId": ("course", lambda text: named(text, False)), "schoolSourcedId": ("school", lambda text: named(text, False)),
    "classSourcedId": ("class", lambda text: named(text, False)), "userSourcedId": ("user", lambda text: named(text, False)),
    "orgSourcedIds": ("orgs", named), "agentSourcedIds": ("agents", named), "termSourcedIds": ("terms", named),
    "grades": ("grades", listed), "subjects": ("subjects", listed), "periods": ("periods", listed),
    "schoolYearSourcedId": ("schoolYear", lambda text: named(text, False)), "userIds": ("userIds", user_ids),
}


class Zip:
    """The files of one CSV export: as many records as the manifest's bulk files have rows."""

    def __init__(self, path):
        self.archive = zipfile.ZipFile(path)
        rows = csv.reader(self._text("manifest.csv"))
        self.manifest = {row[0]: row[1] for row in rows if len(row) == 2}

    def _text(self, name):
        return io.TextIOWrapper(self.archive.open(name), "utf-8-sig", newline="")

    def pages(self, collection):
        """The records, some thousand at a time; the archive's checksum tells of one that is cut."""
        if self.manifest.get(f"file.{collection}") != "bulk":
            raise Refused(f"{collection}: not a bulk file by the manifest")
        reader = csv.reader(self._text(f"{collection}.csv"), strict=True)
        header = next(reader)
        fields = [CELLS.get(column, (column, None)) for column in header]
        page = []
        for row in reader:
            if len(row) != len(header):
                raise Refused(f"{collection}, line {reader.line_num}: {len(row)} cells of {len(header)}")
            page.append({name: read(cell) if read else cell for (name, read), cell in zip(fields, row) if cell})
            if len(page) == PAGE:
                yield page
                page = []
        yield page


# ---- canonical form --------------------------------------------------------------------------------------------------


def ref(value):
    """The id that a reference names."""
    return value["sourcedId"] if value else None


def refs(values):
    """The ids that references name, sorted and once each."""
    return sorted({value["sourcedId"] for value in values or ()})


def flag(value):
    """OneRoster's booleans are texts."""
    return value if isinstance(value, bool) else str(value).lower() == "true"


def plain(*names):
    """These fields as they are."""
    return lambda r: {name: r[name] for name in names if r.get(name) not in (None, "")}


_user = plain("username", "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "role")
_class = plain("title", "classCode", "classType", "location")
_course = plain("title", "courseCode")
_term = plain("title", "startDate", "endDate", "type", "schoolYear")
_org = plain("name", "type", "identifier")

CANONICAL = {
    "orgs": lambda r: {**_org(r), "parent": ref(r.get("parent"))},
    "academicSessions": lambda r: {**_term(r), "parent": ref(r.get("parent"))},
    "courses": lambda r: {**_course(r), "grades": r.get("grades"), "subjects": r.get("subjects"),
                          "schoolYear": ref(r.get("schoolYear")), "org": ref(r.get("org"))},
    "classes": lambda r: {**_class(r), "grades": r.get("grades"), "subjects": r.get("subjects"), "course": ref(r.get("course")),
                          "school": ref(r.get("school")), "terms": refs(r.get("terms")), "periods": r.get("periods")},
    "users": lambda r: {**_user(r), "enabled": flag(r.get("enabledUser", "true")), "orgs": refs(r.get("orgs")),
                        "agents": refs(r.get("agents")), "grades": sorted(r.get("grades") or ()), "userIds": r.get("userIds")},
    "enrollments": lambda r: {"user": ref(r["user"]), "class": ref(r["class"]), "school": ref(r.get("school")), "role": r["role"],
                              "primary": flag(r.get("primary", "false")), "beginDate": r.get("beginDate"), "endDate": r.get("endDate")},
    "demographics": lambda r: {name: value for name, value in r.items() if name not in ("sourcedId", "status", "dateLastModified")},
}


def rows(collection, records):
    """The rows of a page, for COPY."""
    canonical = CANONICAL[collection]
    for record in records:
        sid = record["sourcedId"]
        if not isinstance(sid, str) or not sid:
            raise Refused(f"{collection}: a record without an id")
        if record.get("status") == "tobedeleted":
            continue
        body = orjson.dumps(canonical(record), option=orjson.OPT_SORT_KEYS)
        digest = hashlib.blake2b(b"%s\n%s\n" % (collection.encode(), sid.encode()) + body, digest_size=16).digest()
        member = collection == "enrollments"
        yield (sid, digest, record.get("dateLastModified"), body.decode(),
               ref(record["user"]) if member else None, ref(record["class"]) if member else None)


# ---- mirror ----------------------------------------------------------------------------------------------------------

MERGE = """
MERGE INTO mirror m USING stage s ON m.collection = %(collection)s AND m.sourced_id = s.sourced_id
WHEN MATCHED AND m.hash <> s.hash THEN UPDATE SET hash = s.hash, modified = s.modified, body = s.body, user_ref = s.user_ref,
     class_ref = s.class_ref, changed_night = %(night)s, missing_on = NULL, missing_nights = 0
WHEN MATCHED AND m.missing_on IS NOT NULL THEN UPDATE SET changed_night = %(night)s, missing_on = NULL, missing_nights = 0
WHEN NOT MATCHED THEN INSERT (collection, sourced_id, hash, modified, body, user_ref, class_ref, changed_night)
     VALUES (%(collection)s, s.sourced_id, s.hash, s.modified, s.body, s.user_ref, s.class_ref, %(night)s)
"""
MISSING = """
UPDATE mirror m SET missing_on = coalesce(m.missing_on, %(today)s), missing_nights = m.missing_nights + 1,
       changed_night = %(night)s
WHERE m.collection = %(collection)s AND NOT EXISTS (SELECT 1 FROM stage s WHERE s.sourced_id = m.sourced_id)
"""


def mirror(db, source, collection, night):
    """One collection into the mirror; how many records it has, and how many differ."""
    db.execute("CREATE TEMP TABLE stage (sourced_id text, hash bytea, modified timestamptz, body jsonb, user_ref text, "
               "class_ref text) ON COMMIT DROP")
    count = 0
    with db.cursor().copy("COPY stage FROM STDIN") as copy:
        for records in source.pages(collection):
            for row in rows(collection, records):
                copy.write_row(row)
            count += len(records)
    db.execute("ANALYZE stage")
    known = db.execute("SELECT count(*), count(DISTINCT sourced_id) FROM stage").fetchone()
    if known[0] != known[1]:
        raise Refused(f"{collection}: {known[0] - known[1]} records came twice")
    if count == 0 and db.execute("SELECT 1 FROM mirror WHERE collection = %s LIMIT 1", [collection]).fetchone():
        raise Refused(f"{collection}: empty, where it had records")
    changed = db.execute(MERGE, {"collection": collection, **night}).rowcount
    missing = db.execute(MISSING, {"collection": collection, **night}).rowcount
    db.execute("DROP TABLE stage")
    return count, changed, missing


# ---- accounts --------------------------------------------------------------------------------------------------------

# Records of people in scope, and who they are: students join with nobody; others are one person where names, e-mail
# and phone are the same and at least one of the last two is there.
PEOPLE = """
CREATE TEMP TABLE people ON COMMIT DROP AS
SELECT u.sourced_id, u.body, u.changed_night = %(night)s AS changed,
       CASE u.body ->> 'role' WHEN 'student' THEN 'student' WHEN 'teacher' THEN 'teacher' WHEN 'administrator' THEN 'administrator'
            WHEN 'guardian' THEN 'guardian' WHEN 'parent' THEN 'guardian' WHEN 'relative' THEN 'guardian' ELSE 'staff' END AS role,
       CASE WHEN u.body ->> 'role' = 'student' OR coalesce(u.body ->> 'email', u.body ->> 'phone') IS NULL
            THEN 'record:' || u.sourced_id
            ELSE md5(concat_ws(E'\\n', u.body ->> 'givenName', u.body ->> 'familyName', coalesce(u.body ->> 'email', ''),
                               coalesce(u.body ->> 'phone', ''))) END AS person
FROM mirror u
WHERE u.collection = 'users' AND u.missing_on IS NULL AND (u.body -> 'orgs') ?| %(schools)s
      AND u.changed_night = %(night)s
"""
# On a night with few changes only the accounts of changed records, and their other records, are looked at.
NEIGHBOURS = """
INSERT INTO people
SELECT u.sourced_id, u.body, false, CASE u.body ->> 'role' WHEN 'student' THEN 'student' WHEN 'teacher' THEN 'teacher'
       WHEN 'administrator' THEN 'administrator' WHEN 'guardian' THEN 'guardian' WHEN 'parent' THEN 'guardian'
       WHEN 'relative' THEN 'guardian' ELSE 'staff' END, a.person
FROM (SELECT DISTINCT l.account_id FROM people p JOIN account_link l USING (sourced_id)) touched
JOIN account a USING (account_id)
JOIN account_link l USING (account_id)
JOIN mirror u ON u.collection = 'users' AND u.sourced_id = l.sourced_id AND u.missing_on IS NULL
WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.sourced_id = l.sourced_id) AND (u.body -> 'orgs') ?| %(schools)s
"""
# An account follows its links: a record that is linked keeps its account, whatever became of its names.
KEEP = """
UPDATE people p SET person = a.person FROM account_link l JOIN account a USING (account_id)
WHERE l.sourced_id = p.sourced_id AND a.person <> p.person
"""
WANTED = """
CREATE TEMP TABLE wanted ON COMMIT DROP AS
SELECT DISTINCT ON (person) person, body ->> 'givenName' AS given_name, body ->> 'familyName' AS family_name,
       body ->> 'middleName' AS middle_name, body ->> 'username' AS username, body ->> 'email' AS email, body ->> 'phone' AS phone,
       body ->> 'identifier' AS identifier, ARRAY(SELECT jsonb_array_elements_text(body -> 'grades')) AS grades
FROM people
ORDER BY person, array_position(ARRAY['administrator', 'teacher', 'staff', 'student', 'guardian'], role), sourced_id
"""
FIELDS = ("given_name", "family_name", "middle_name", "username", "email", "phone", "identifier", "grades")
HISTORY = """
INSERT INTO history (night_id, account_id, kind, field, old_value, new_value)
SELECT %(night)s, a.account_id, 'update', f.name, f.old_value, f.new_value
FROM wanted w JOIN account a USING (person), LATERAL (VALUES {values}) f (name, old_value, new_value)
WHERE f.old_value IS DISTINCT FROM f.new_value
""".format(values=", ".join(f"('{name}', a.{name}::text, w.{name}::text)" for name in FIELDS))
RESTORED = """
INSERT INTO history (night_id, account_id, kind) SELECT %(night)s, a.account_id, 'restore'
FROM wanted w JOIN account a USING (person) WHERE a.status = 'archived'
"""
ACCOUNTS = """
MERGE INTO account a USING wanted w ON a.person = w.person
WHEN MATCHED AND (a.status, {ours}) IS DISTINCT FROM ('active', {theirs}) THEN
     UPDATE SET status = 'active', changed_night = %(night)s, {sets}
WHEN NOT MATCHED THEN INSERT (person, created_night, changed_night, {names}) VALUES (w.person, %(night)s, %(night)s, {theirs})
""".format(ours=", ".join(f"a.{name}" for name in FIELDS), theirs=", ".join(f"w.{name}" for name in FIELDS),
           sets=", ".join(f"{name} = w.{name}" for name in FIELDS), names=", ".join(FIELDS))
CREATED = """
INSERT INTO history (night_id, account_id, kind) SELECT %(night)s, account_id, 'create' FROM account WHERE created_night = %(night)s
"""
LINKS = """
INSERT INTO account_link (sourced_id, account_id) SELECT p.sourced_id, a.account_id FROM people p JOIN account a USING (person)
ON CONFLICT DO NOTHING
"""
ROLES = """
CREATE TEMP TABLE wanted_role ON COMMIT DROP AS
SELECT DISTINCT a.account_id, p.role, s.school_id
FROM people p JOIN account a USING (person), LATERAL jsonb_array_elements_text(p.body -> 'orgs') s (school_id)
WHERE s.school_id = ANY (%(schools)s);
MERGE INTO account_role r USING wanted_role w
      ON r.account_id = w.account_id AND r.role = w.role AND r.school_id = w.school_id
WHEN MATCHED AND r.ended_on IS NOT NULL THEN UPDATE SET ended_on = NULL, began_on = %(today)s
WHEN NOT MATCHED THEN INSERT (account_id, role, school_id, began_on) VALUES (w.account_id, w.role, w.school_id, %(today)s);
UPDATE account_role r SET ended_on = %(today)s
WHERE r.ended_on IS NULL AND r.account_id IN (SELECT account_id FROM wanted_role)
      AND NOT EXISTS (SELECT 1 FROM wanted_role w WHERE (w.account_id, w.role, w.school_id) = (r.account_id, r.role, r.school_id))
"""
# Either side may name the other.
GUARDIANS = """
CREATE TEMP TABLE wanted_guardian ON COMMIT DROP AS
SELECT DISTINCT ON (g.account_id, s.account_id) g.account_id AS guardian_id, s.account_id AS student_id,
       gm.body ->> 'role' AS relation
FROM (SELECT p.sourced_id AS guardian, agent.id AS student FROM people p, jsonb_array_elements_text(p.body -> 'agents') agent (id)
      WHERE p.role = 'guardian'
      UNION SELECT agent.id, p.sourced_id FROM people p, jsonb_array_elements_text(p.body -> 'agents') agent (id)
      WHERE p.role = 'student') pair
JOIN account_link g ON g.sourced_id = pair.guardian JOIN account_link s ON s.sourced_id = pair.student
JOIN mirror gm ON gm.collection = 'users' AND gm.sourced_id = pair.guardian AND gm.missing_on IS NULL
JOIN mirror sm ON sm.collection = 'users' AND sm.sourced_id = pair.student AND sm.missing_on IS NULL
WHERE gm.body ->> 'role' IN ('guardian', 'parent', 'relative')
ORDER BY 1, 2;
MERGE INTO guardianship g USING wanted_guardian w ON g.guardian_id = w.guardian_id AND g.student_id = w.student_id
WHEN MATCHED AND g.ended_on IS NOT NULL THEN UPDATE SET ended_on = NULL, began_on = %(today)s
WHEN NOT MATCHED THEN INSERT (guardian_id, student_id, relation, began_on) VALUES (w.guardian_id, w.student_id, w.relation, %(today)s);
UPDATE guardianship g SET ended_on = %(today)s
WHERE g.ended_on IS NULL AND g.student_id IN (SELECT l.account_id FROM people p JOIN account_link l USING (sourced_id) WHERE p.role = 'student')
      AND NOT EXISTS (SELECT 1 FROM wanted_guardian w WHERE (w.guardian_id, w.student_id) = (g.guardian_id, g.student_id))
"""
# The seats that changed, and those that ended with them.
LISTS = """
MERGE INTO membership m USING (
    SELECT DISTINCT e.class_ref AS class_id, l.account_id, e.body ->> 'role' AS role
    FROM mirror e JOIN account_link l ON l.sourced_id = e.user_ref
    WHERE e.collection = 'enrollments' AND e.changed_night = %(night)s AND e.missing_on IS NULL
          AND e.body ->> 'school' = ANY (%(schools)s)) w
      ON m.class_id = w.class_id AND m.account_id = w.account_id AND m.role = w.role
WHEN MATCHED AND m.ended_on IS NOT NULL THEN UPDATE SET ended_on = NULL, began_on = %(today)s
WHEN NOT MATCHED THEN INSERT (class_id, account_id, role, began_on) VALUES (w.class_id, w.account_id, w.role, %(today)s);
UPDATE membership m SET ended_on = %(today)s
FROM mirror e JOIN account_link l ON l.sourced_id = e.user_ref
WHERE e.collection = 'enrollments' AND e.changed_night = %(night)s AND e.missing_on IS NOT NULL
      AND (m.class_id, m.account_id, m.role) = (e.class_ref, l.account_id, e.body ->> 'role') AND m.ended_on IS NULL
      AND NOT EXISTS (SELECT 1 FROM mirror o WHERE o.collection = 'enrollments' AND o.user_ref = e.user_ref
                      AND o.class_ref = e.class_ref AND o.missing_on IS NULL)
"""
ARCHIVE = """
WITH gone AS (
    SELECT l.account_id FROM mirror u JOIN account_link l USING (sourced_id)
    WHERE u.collection = 'users' AND u.missing_on <= %(today)s::date - {days} AND u.missing_nights >= {nights}
    GROUP BY 1
    HAVING NOT EXISTS (SELECT 1 FROM account_link o JOIN mirror m ON m.collection = 'users' AND m.sourced_id = o.sourced_id
                       WHERE o.account_id = l.account_id AND m.missing_on IS NULL)),
archived AS (
    UPDATE account a SET status = 'archived', changed_night = %(night)s FROM gone
    WHERE a.account_id = gone.account_id AND a.status = 'active' RETURNING a.account_id)
INSERT INTO history (night_id, account_id, kind) SELECT %(night)s, account_id, 'archive' FROM archived
""".format(days=ARCHIVE_DAYS, nights=ARCHIVE_NIGHTS)


def several(db, text, values):
    """Statements that take the same parameters, one after the other."""
    for statement in text.split(";\n"):
        db.execute(statement, values)


def accounts(db, values, lists):
    """Accounts and all that belongs to them, for the people whose records changed."""
    db.execute(PEOPLE, values)
    db.execute(NEIGHBOURS, values)
    db.execute(KEEP)
    db.execute("ANALYZE people")
    db.execute(WANTED)
    db.execute("ANALYZE wanted")
    db.execute(HISTORY, values)
    db.execute(RESTORED, values)
    db.execute(ACCOUNTS, values)
    db.execute(CREATED, values)
    db.execute(LINKS, values)
    several(db, ROLES, values)
    several(db, GUARDIANS, values)
    if lists:
        several(db, LISTS, values)
    db.execute(ARCHIVE, values)
    return db.execute("SELECT count(*) FROM history WHERE night_id = %(night)s", values).fetchone()[0]


# ---- a night ---------------------------------------------------------------------------------------------------------


def run(options):
    """One night in one transaction: whoever looks sees all of it or nothing."""
    began = time.monotonic()
    collections = [name for name in COLLECTIONS if not (options.lean and name == "demographics")]
    done = {"records": 0, "changed": 0, "missing": 0}
    with psycopg.connect(options.database, autocommit=True) as db:
        with db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(4711)")
            db.execute(SCHEMA)
            night, today = db.execute("INSERT INTO night (taken_on) VALUES (current_date) RETURNING night_id, taken_on").fetchone()
            values = {"night": night, "today": today, "schools": [unquote(school) for school in options.schools.split(",")]}
            source = Zip(options.zip) if options.zip else Source(options.url, options.token)
            for collection in collections:
                count, changed, missing = mirror(db, source, collection, {"night": night, "today": today})
                for name, number in (("records", count), ("changed", changed), ("missing", missing)):
                    done[name] += number
            mirrored = time.monotonic()
            if done["changed"] + done["missing"] > 0:
                db.execute("ANALYZE mirror") if done["changed"] > 0.1 * done["records"] else None
            done["account changes"] = accounts(db, values, options.lists)
        applied = time.monotonic()
    return {"phases": {"mirror": round(mirrored - began, 3), "accounts": round(applied - mirrored, 3)}, **done}


def main(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--url", help="up to the collection: …/ims/oneroster/v1p1")
    where.add_argument("--zip", help="an export of CSV files")
    parser.add_argument("--token", help="for --url")
    parser.add_argument("--database", required=True)
    parser.add_argument("--schools", required=True, help="SIS ids, separated by commas")
    parser.add_argument("--lean", action="store_true", help="no demographics")
    parser.add_argument("--lists", action="store_true", help="memberships of classes too")
    try:
        print(json.dumps(run(parser.parse_args(arguments))))
    except Refused as refused:
        sys.exit(f"refused: {refused}; nothing was written")


if __name__ == "__main__":
    main()
