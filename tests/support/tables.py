"""schemas/sql/TABLES.md: every table with its columns, who may write it and what it is for, made from the comments of the migrations and the
catalogue of a database that they were run in. `python3 -m support.tables` (from tests/) writes it anew; tests/contract/test_tables.py compares."""

import re

from support.paths import SCHEMAS
from support.postgres import OWNER, Postgres

DOCUMENT = SCHEMAS / "sql" / "TABLES.md"
_HEAD = """\
# Tables

Made from the migrations' comments and the catalogue (tests/support/tables.py); do not edit. Every table with a `district_id` has row-level security
forced: a transaction sees the rows of the district that it names. Who writes is what the roles are granted; `update` alone may mean some columns.
"""
# Tables without a comment above them in their migration; better are those that bring their own.
WORDS = {
    "district": "The tenants.",
    "member": "People of a district who decide and are mailed.",
    "source": "One connection to a student information system, and what the protocol keeps of it.",
    "source_credential": "What a source is signed in to with, sealed under the district's key.",
    "run": "One sync of one source: where it stands (R2-R5).",
    "lane": "One stream of requests of a pass, fetched in tasks under a lease (L1, L6).",
    "batch_ledger": "Which part of which page was staged by which version of the normalizer (C1).",
    "finding": "What is wrong with a record, a collection or a connection, and how to mend it.",
    "mirror_record": "Exactly what the source says, a row for each of its records.",
    "account": "The application's accounts, and contacts who have none.",
    "guardianship": "Who is a guardian of whom, from when to when.",
    "pin": "One field of an account that is kept as it is.",
    "exclusion": "One person whom no sync touches.",
    "plan": "What a run would change, as one plan with a hash (P3).",
    "plan_item": "An intended change of one person, with its cause, its hold and its decision.",
    "alert": "Something that somebody should look at, and whether it was mailed.",
    "dead_letter": "A message, or a lane, that no program could handle, until it is replayed or discarded (S3).",
    "mail": "The ledger of mails: each stands here before it is handed to the mail server (M1).",
    "outbox": "Messages that tell of a change in PostgreSQL, written in its transaction and sent afterwards (S2).",
    "district_data_key": "The keys that seal a district's payloads, credentials and uploads, wrapped by the master key.",
    "leader_lease": "Who does a kind of work by the clock at present, and until when.",
    "setting_history": "Every change of a setting, by whom.",
    "upload": "A zip of CSV files that came in, and what became of it.",
    "undo": "A wish to take something back, carried out by the reconciler (P8).",
    "history": "Every change that was applied, so that it can be explained and undone.",
}
_TABLE = re.compile(r"((?:^--[^\n]*\n)*)^CREATE (?:UNLOGGED )?TABLE (\w+) \(\n(.*?)^\)[^;\n]*;", re.M | re.S)
_ALTER = re.compile(r"((?:^--[^\n]*\n)*)^ALTER TABLE (\w+)\b(.*?);([^\n]*)$", re.M | re.S)
_COLUMN = re.compile(r"(?:^|,)\s*(\w+)(?=\s+[a-z])")
_INDENT = 4
_NO_COLUMN = {"PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "REFERENCES", "CONSTRAINT"}


def _words(comment: str) -> str:
    """Comment lines as one text; rulers (-- ---- title ----) are none."""
    lines = [line.removeprefix("--").strip() for line in comment.splitlines() if not line.startswith("-- ----")]
    return " ".join(line for line in lines if line)


def _columns(body: str) -> dict[str, str]:
    """Column → what is said of it: at the end of its line, further right below it, or on a line of its own above."""
    found: dict[str, str] = {}
    names: list[str] = []
    above = ""
    for line in body.splitlines():
        code, _, comment = line.partition("--")
        if code.strip():
            plain = re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", "", code)
            names = [name for name in _COLUMN.findall(plain) if name not in _NO_COLUMN]
            found.update(dict.fromkeys(names, comment.strip() or above))
        elif len(code) <= _INDENT:
            above = comment.strip()
            continue
        else:
            found.update({name: f"{found[name]} {comment.strip()}" for name in names})
        above = ""
    return found


def described() -> tuple[dict[str, tuple[str, str]], dict[str, dict[str, str]]]:
    """Table → number of its migration and what it is for; table → column → meaning."""
    tables, columns = {}, {}
    for path in sorted((SCHEMAS / "sql").glob("*.up.sql")):
        text = path.read_text("utf-8")
        for comment, name, body in _TABLE.findall(text):
            tables[name] = (path.name[:4], _words(comment) or WORDS.get(name, ""))
            columns.setdefault(name, {}).update(_columns(body))
        for comment, name, body, rest in _ALTER.findall(text):
            for added in re.finditer(r"ADD COLUMN (?:IF NOT EXISTS )?(\w+)[^\n]*", body + rest):
                said = added[0].partition("--")[2].strip() or (_words(comment) if body.count("ADD COLUMN") == 1 else "")
                columns.setdefault(name, {})[added[1]] = said
    return tables, columns


_CATALOGUE = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'rollcall'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1, a.attnum
"""
_GRANTS = """
SELECT c.relname, grantee.rolname, lower(x.privilege_type)
FROM pg_class c, LATERAL (SELECT (aclexplode(c.relacl)).* UNION
     SELECT (aclexplode(a.attacl)).* FROM pg_attribute a WHERE a.attrelid = c.oid) x
JOIN pg_roles grantee ON grantee.oid = x.grantee
WHERE c.relnamespace = 'rollcall'::regnamespace AND c.relkind IN ('r', 'p') AND grantee.rolname <> 'rollcall_owner'
      AND x.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def _writers(rows) -> dict[str, str]:
    by_table: dict[str, dict[str, list[str]]] = {}
    for table, role, privilege in rows:
        by_table.setdefault(table, {}).setdefault(role.removeprefix("rollcall_"), []).append(privilege)
    return {table: ", ".join(f"{role} ({', '.join(sorted(acts))})" for role, acts in sorted(roles.items())) for table, roles in by_table.items()}


def text(connection) -> str:
    """The document for a migrated database."""
    tables, meanings = described()
    writers = _writers(connection.execute(_GRANTS).fetchall())
    live: dict[str, list[tuple]] = {}
    for table, *column in connection.execute(_CATALOGUE).fetchall():
        live.setdefault(table, []).append(tuple(column))
    parts = [_HEAD]
    for table, columns in live.items():
        number, words = tables.get(table, ("", ""))
        parts.append(f"\n## {table}\n\n{words} ({number}; written by {writers.get(table, 'functions of the schema alone')})\n")
        parts.append("| column | type | meaning |\n|---|---|---|")
        for name, kind, filled in columns:
            meaning = meanings.get(table, {}).get(name, "").replace("|", "\\|")
            parts.append(f"| `{name}` | {kind}{'' if filled else ', may be null'} | {meaning} |")
    return "\n".join(parts) + "\n"


def undescribed(connection) -> list[str]:
    """Tables of the database that nobody says a word about."""
    tables, _ = described()
    return sorted({row[0] for row in connection.execute(_CATALOGUE)} - {name for name, (_, words) in tables.items() if words})


if __name__ == "__main__":
    with Postgres() as server:
        server.create_owner()
        database = server.create_database()
        server.migrate_directly(database)
        with server.connect(OWNER, database) as made:
            DOCUMENT.write_text(text(made), encoding="utf-8")
    print(f"wrote {DOCUMENT}")
