"""Uploads as the command line tool takes them in: what cannot be used at all is refused with file, line and mend, and nothing of it is stored;
what is merely written in another way becomes the same pages."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sis.csv_export import export, zip_of
from sis.generate import make_district
from support.cli import Cli
from support.csv_spoil import (
    beside, bomb, encrypted, header, in_folder, line, linked, litter, lying_size, manifest, raw, text, twice, unchanged, windows, without)
from support.paths import program
from support.process import peak_memory_mib, wait_until
from support.stack import KEYS

pytestmark = pytest.mark.usefixtures("programs")

WORLD = make_district(1, students=15, schools=1)
ROLES = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,orgSourcedId\r\n"


def changes_of_roles_beside_whole_users(files):
    files = manifest("oneroster.version,1.1", "file.roles,delta\r\noneroster.version,1.2")(files)
    return beside("roles.csv", ROLES)(files)


def no_utf8_in_roles(files):
    files = manifest("oneroster.version,1.1", "file.roles,bulk\r\noneroster.version,1.2")(files)
    return beside("roles.csv", ROLES.encode() + b"r1,,,u\xe9,primary,student,1001\r\n" + "r2,,,ué,primary,student,1001".encode())(files)


# What is done to a good export; words of the refusal; options.
REFUSED = {
    "no zip": (lambda files: b"sourcedId,name\n", "this is no zip"),
    "a zip that is cut off": (raw(lambda data: data[:len(data) // 2]), "this is no zip, or a damaged one"),
    "damaged bytes": (raw(lambda data: data[:2000] + b"x" * 500 + data[2500:]), "is damaged"),
    "a bomb": (bomb, "users.csv unpacks to suspiciously many times its size"),
    "a member beyond its declared size": (raw(lying_size), "users.csv is"),
    "a name that climbs": (beside("../users.csv", "x"), "../users.csv has a name that leads out of the zip"),
    "an absolute name": (beside("/etc/users.csv", "x"), "has an absolute name"),
    "a drive's name": (beside("C:users.csv", "x"), "has an absolute name"),
    "a backslash": (beside("a\\users.csv", "x"), "has a name with characters"),
    "a link": (linked, "users.csv is a link"),
    "the same file twice": (twice, "users.csv stands in the zip twice"),
    "two names that differ in case": (beside("Users.CSV", "x"), "stands in the zip twice"),
    "a password": (raw(encrypted), "users.csv is encrypted: zip it without a password"),
    "too many members": (lambda files: {**files, **{f"x{n}.txt": "x" for n in range(300)}}, "at most 200 are taken"),
    "no file of a roster": (lambda files: {"people.csv": "a,b\n"}, "holds no file of a roster"),
    "demographics alone": (lambda files: {"demographics.csv": files["demographics.csv"]}, "holds no file of a roster"),
    "a header without sourcedId": (header("users.csv", "sourcedId", "id"), "users.csv line 1: the header has no column sourcedId"),
    "a header without a needed column": (header("orgs.csv", "name", "title"), "orgs.csv line 1: the header has no column name"),
    "no header": (text("classes.csv", lambda whole: whole.split("\r\n", 1)[1]), "classes.csv line 1: the header has no column"),
    "a column twice": (header("users.csv", "phone", "email"), "users.csv line 1: the column email stands in the header twice"),
    "UTF-16": (text("users.csv", lambda whole: whole.encode("utf-16")), "users.csv is written in UTF-16: export it in UTF-8"),
    "a huge field": (line("users.csv", 3, lambda found: found + "," + "x" * 200_000), "users.csv line 3: cell 19 has 200000 bytes, at most 65536"),
    "a row without end": (line("users.csv", 4, lambda found: '"' + "".join(map(str, range(900_000)))), "users.csv line 4: the row is longer than"),
    "no roles at all": (header("users.csv", "role", "metadata.role"), "no columns role and orgSourcedIds"),
    "more rows than are taken": (unchanged, "has more than 30 rows", {"ROLLCALL_UPLOAD_MAX_ROWS": "30"}),
    "more bytes than are taken": (unchanged, "at most 1000 are taken", {"ROLLCALL_UPLOAD_MAX_BYTES": "1000"}),
    "a larger file than is taken": (unchanged, "is larger than is taken", {"ROLLCALL_UPLOAD_MAX_MEMBER_BYTES": "500"}),
    "more in all than is taken": (unchanged, "unpacks to more than 5000 bytes", {"ROLLCALL_UPLOAD_MAX_TOTAL_BYTES": "5000"}),
    "changes of roles beside whole users": (changes_of_roles_beside_whole_users, "roles.csv is delta and users.csv is bulk"),
    "roles in no encoding": (no_utf8_in_roles, "roles.csv line 2: bytes that are no text in UTF-8"),
    "a manifest without end": (text("manifest.csv", lambda whole: whole + "x,y\r\n" * 100_000), "manifest.csv is larger than"),
}


@pytest.fixture(scope="module")
def cli(postgres, migrated_template):
    """The tool, with a district that has a source of zips; what it stores is its own file's."""
    database = postgres.create_database(template=migrated_template)
    made = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim", **KEYS})
    made.run("district", "create", "maple-county", "--name", "Maple", "--time-zone", "UTC").ok()
    made.run("source", "add", "--district", "maple-county", "--kind", "oneroster-csv", "--demographics").ok()
    yield made
    postgres.drop_database(database)


@pytest.fixture
def bring(cli, tmp_path):
    """Uploads files, without a run."""

    def upload(files, **env):
        path = tmp_path / "roster.zip"
        path.write_bytes(files if isinstance(files, bytes) else zip_of(files))
        return cli.run("upload", "add", "--district", "maple-county", "--no-run", "-o", "json", path, **env)
    return upload


def uploads(cli):
    return cli.json("upload", "list", "--district", "maple-county")


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_in_words_and_not_stored(cli, bring, name):
    change, words, *options = REFUSED[name]
    before = len(uploads(cli))
    done = bring(change(export(WORLD)), **(options[0] if options else {}))
    assert done.status == 1 and "the upload is refused: " in done.err and words in done.err, done.err
    assert "Nothing was stored" in done.err
    assert len(uploads(cli)) == before


SAME = {
    "as it was exported": unchanged,
    "litter of operating systems": litter,
    "names of files in another case": lambda files: {name.lower(): whole for name, whole in files.items()},
    "a manifest with other words beside": manifest("source.systemName,pretend", "source.systemName,\r\nsource.systemCode,absent"),
    "a manifest in capitals": manifest("bulk", "BULK"),
    "stored without packing": lambda files: stored(files),
}


def stored(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, whole in files.items():
            archive.writestr(name, whole)
    return out.getvalue()


def shown(cli, done):
    upload = done.ok().json["upload"]
    told = cli.json("upload", "show", "--district", "maple-county", upload)
    return {row["collection"]: (row["mode"], row["records"], row.get("reason")) for row in told["files"]}, told["findings"]


@pytest.mark.parametrize("name", SAME)
def test_what_is_merely_packed_in_another_way_is_the_same_upload(cli, bring, name):
    files, findings = shown(cli, bring(SAME[name](export(WORLD))))
    assert files == {name: ("bulk", len(records), None) for name, records in WORLD.collections.items() if records}
    assert findings == []


TOLD = {
    "a folder": (in_folder, "upload.file.folder"),
    "Windows-1252": (text("users.csv", windows), "upload.file.windows-1252"),
    "a file of nobody's": (beside("people.csv", "a,b\n"), "upload.file.unknown"),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_odd_and_harmless_is_told_and_taken_whole(cli, bring, name):
    change, rule = TOLD[name]
    files, findings = shown(cli, bring(change(export(WORLD))))
    assert [finding["rule"] for finding in findings] == [rule]
    assert all(reason is None for _, _, reason in files.values())


def test_rows_that_belong_to_nobody_are_told_with_their_line(cli, bring):
    files = manifest("oneroster.version,1.1", "file.roles,bulk\r\noneroster.version,1.2")(export(WORLD))
    rows = [f"r{n},,,{user['sourcedId']},primary,{user['role']},1001" for n, user in enumerate(WORLD["users"])]
    rows.insert(2, "rx,,,nobody,primary,teacher,1001")
    _, findings = shown(cli, bring(beside("roles.csv", ROLES + "\r\n".join(rows))(files)))
    assert [(finding["rule"], "roles.csv (1, the first on line 4)" in finding["message"]) for finding in findings] == [("upload.file.orphans", True)]


def test_pages_are_cut_where_the_options_say_and_hold_every_row(cli, bring):
    upload = bring(export(WORLD), ROLLCALL_UPLOAD_PAGE_ROWS="7").ok().json["upload"]
    files = {row["collection"]: row for row in cli.json("upload", "show", "--district", "maple-county", upload)["files"]}
    assert all(row["pages"] == -(-row["records"] // 7) for row in files.values())


def test_a_source_of_zips_has_no_address_and_one_that_is_asked_takes_no_uploads(cli):
    done = cli.run("source", "add", "--district", "maple-county", "--kind", "oneroster-csv", "--url", "https://sis.example")
    assert done.status == 2 and "has neither address nor credentials" in done.err
    done = cli.run("source", "add", "--district", "maple-county", "--kind", "oneroster-csv", "--name", "more", "--parallel", "4")
    assert done.status == 2 and "--parallel: nobody asks" in done.err
    done = cli.run("source", "add", "--district", "maple-county", "--name", "rest", "--auth", "oauth1-sha1")
    assert done.status == 2 and "--url is due" in done.err
    cli.run("source", "add", "--district", "maple-county", "--name", "rest", "--url", "https://sis.example", "--auth", "oauth1-sha1",
            "--client-id", "x", "--client-secret-stdin", stdin="made-up\n").ok()
    done = cli.run("source", "set", "--district", "maple-county", "--source", "sis", "automatic=on")
    assert done.status == 2 and "an upload starts its run" in done.err
    done = cli.run("upload", "add", "--district", "maple-county", "--source", "rest", "/dev/null")
    assert done.status == 2 and "takes no uploads" in done.err
    cli.run("source", "remove", "--district", "maple-county", "--source", "rest", "--yes").ok()


def test_without_a_master_key_nothing_is_taken_in(cli, bring):
    done = bring(export(WORLD), ROLLCALL_KEYS_MASTER="")
    assert done.status == 78 and "uploads are stored sealed" in done.err


def test_an_upload_that_a_run_is_taking_is_not_discarded(cli, bring):
    """The run begins in a transaction of its own: the tool waits for it, and then knows."""
    upload = json.loads(bring(export(WORLD)).ok().out)["upload"]
    run = cli.json("run", "start", "--district", "maple-county")["run"]
    owner = cli.env["ROLLCALL_DATABASE_URL"].replace("rollcall_cli@", "postgres@")
    with psycopg.connect(owner) as taking, psycopg.connect(owner, autocommit=True) as looking:
        taking.execute("SET search_path = rollcall")
        taking.execute("SELECT set_config('rollcall.district', district_id::text, true) FROM district")
        taking.execute("SELECT run_begin(%s)", [run])
        words = ("upload", "discard", upload, "--district", "maple-county", "--yes")
        with ThreadPoolExecutor(1) as pool:
            discarding = pool.submit(cli.run, *words)
            wait_until(lambda: looking.execute("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                       .fetchall(), "the tool waits for the run")
            taking.commit()
            refused = discarding.result()
    assert refused.status == 1 and "a run reads the upload now" in refused.err
    cli.run("run", "cancel", run).ok()


def test_memory_does_not_grow_with_the_zip(cli, tmp_path):
    """The tool's peak memory for a file of 40,000 rows, far below what sanitizers' hold of freed memory would make of the file."""
    row = "u{n},,,true,1001,student,user{n},,Ann,Lee,,,u{n}@x.example,,,,09," + "x" * 2000
    files = export(WORLD)
    files["users.csv"] = files["users.csv"].split("\r\n")[0] + "\r\n" + "\r\n".join(row.format(n=n) for n in range(40_000))
    path = tmp_path / "large.zip"
    path.write_bytes(zip_of(files))
    assert len(files["users.csv"]) > 80_000_000
    argv = [program("rollcall"), "upload", "add", "--district", "maple-county", "--no-run", path]
    assert peak_memory_mib(argv, cli.env) < 400
