"""rollcall key: the life of the keys, as an operator lives it, against the real database."""

import json
import resource
import stat
import subprocess

import pytest

from support import seal
from support.cli import Cli
from support.paths import program

pytestmark = pytest.mark.usefixtures("programs")

SECRET = "made-up-secret-9f3"


class Place:
    """A database with a district that has a source, and the tool with any master key."""

    def __init__(self, postgres, database):
        self.postgres, self.database = postgres, database
        self.cli = self.tool(seal.MASTER)
        self.cli.run("district", "create", "maple", "--name", "Maple", "--time-zone", "UTC").ok()
        self.cli.run("source", "add", "-d", "maple", "--name", "sis", "--url", "https://sis.example/v1p1", "--auth", "oauth1-sha256",
                     "--client-id", "maple", "--client-secret-stdin", stdin=f"{SECRET}\n").ok()
        ((self.id,),) = self.sql("SELECT district_id FROM district")

    def tool(self, master, old=None):
        env = {"ROLLCALL_DATABASE_URL": self.postgres.url("rollcall_cli", self.database), "USER": "kim", "ROLLCALL_KEYS_MASTER": master}
        return Cli({**env, "ROLLCALL_KEYS_MASTER_OLD": old} if old else env)

    def sql(self, query, *values):
        with self.postgres.connect(database=self.database, options="-c search_path=rollcall") as connection:
            cursor = connection.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def credentials(self, master=seal.MASTER):
        """What lies there, opened."""
        with self.postgres.connect(database=self.database) as connection:
            rows = self.sql("SELECT name, value FROM source_credential")
            return {name: seal.open_from(connection, self.id, f"credential:{name}", bytes(value), master).decode() for name, value in rows}

    def hash_key(self, master=seal.MASTER):
        ((wrapped,),) = self.sql("SELECT hash_wrapped FROM district_key")
        return seal.unwrap(self.id, "hash-key", bytes(wrapped), master)

    def states(self):
        return [row["state"] for row in self.cli.json("key", "list", "-d", "maple")]


@pytest.fixture
def place(postgres, database):
    return Place(postgres, database)


DUE = {"client_id": "maple", "client_secret": SECRET}


def verdict(tool, what):
    """What the doctor says about it."""
    lines = json.loads(tool.run("doctor", "-o", "json").out)
    return next((line["verdict"], line["found"]) for line in lines if line["what"] == what)


def test_a_new_master_key_is_written_once_for_its_owner_alone(tmp_path):
    tool = Cli({})
    path = tmp_path / "master"
    tool.run("key", "generate", "--file", path).ok()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert "never overwritten" in tool.run("key", "generate", "--file", path).ok(1).err and path.read_text() == text
    shown = tool.run("key", "generate").ok().out.strip()
    assert shown != text.strip() and len(seal.master_id(shown)) == 16


def test_half_a_master_key_is_not_left_behind(tmp_path):
    path = tmp_path / "master"
    # As on a full disk: Python ignores the signal that would say so, and its child does too.
    done = subprocess.run([program("rollcall"), "key", "generate", "--file", path], env=Cli({}).env, restore_signals=False, check=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10)), capture_output=True, text=True)
    assert done.returncode == 1 and "could not be written" in done.stderr and not path.exists()
    Cli({}).run("key", "generate", "--file", path).ok()


def test_without_a_master_key_nothing_is_stored_plain(place):
    for words in (("district", "create", "oak", "--name", "Oak", "--time-zone", "UTC"), ("key", "rotate", "-d", "maple")):
        for master in ("", "secret"):
            refused = place.tool(master).run(*words).ok(78)
            assert "rollcall key generate" in refused.err and "secret" not in refused.err.replace("secret store", "")
    assert place.sql("SELECT count(*) FROM district") == [(1,)]


def test_another_master_key_is_refused_in_words_and_changes_nothing(place, tmp_path):
    before = place.sql("SELECT name, value FROM source_credential ORDER BY name")
    other = Cli({}).run("key", "generate").ok().out.strip()
    refused = place.tool(other).run("source", "set", "-d", "maple", "--client-secret-stdin", stdin="new\n").ok(1)
    assert "keys.master-old" in refused.err
    found = verdict(place.tool(other), "keys.master")
    assert found[0] == "FAIL" and "wrapped by the master key" in found[1]
    assert place.sql("SELECT name, value FROM source_credential ORDER BY name") == before


def test_rotating_seals_credentials_anew_and_the_former_key_still_opens(place):
    with place.postgres.connect(database=place.database) as connection:
        (former,) = seal.data_keys(connection, place.id)
    set_at = place.sql("SELECT set_at FROM source_credential ORDER BY name")
    assert place.cli.json("key", "rotate", "-d", "maple")["credentials"] == "2"
    assert place.states() == ["active", "replaced"]
    assert place.credentials() == DUE
    assert all(bytes(value)[5:21] != former for (value,) in place.sql("SELECT value FROM source_credential"))
    assert place.sql("SELECT set_at FROM source_credential ORDER BY name") == set_at
    with place.postgres.connect(database=place.database) as connection:
        assert former in seal.data_keys(connection, place.id)
    listed = place.cli.json("key", "list", "-d", "maple")
    assert [(row["credentials"], row["upload_pages"]) for row in listed] == [(2, 0), (0, 0)]
    assert listed[0]["master"] == seal.master_id().hex()[:8]


def test_a_replaced_key_is_retired_only_when_nothing_needs_it(place):
    place.cli.run("key", "rotate", "-d", "maple").ok()
    assert "no replaced key" in place.cli.run("key", "retire", "-d", "maple", "--yes").ok(3).err
    place.sql("UPDATE source_credential SET key_id = (SELECT key_id FROM district_data_key WHERE state = 'replaced') WHERE name = 'client_id'")
    assert "no replaced key" in place.cli.run("key", "retire", "-d", "maple", "--days", "0", "--yes").ok(3).err
    place.sql("UPDATE source_credential SET key_id = (SELECT key_id FROM district_data_key WHERE state = 'active')")
    assert "--yes" in place.cli.run("key", "retire", "-d", "maple", "--days", "0").ok(2).err
    assert place.cli.json("key", "retire", "-d", "maple", "--days", "0", "--yes")["keys"] == "1"
    assert place.states() == ["active", "retired"]
    assert place.sql("SELECT length(wrapped) FROM district_data_key WHERE state = 'retired'") == [(0,)]
    assert place.credentials() == DUE


def test_what_lay_plain_is_sealed_once_and_hashes_stay_equal(place):
    plain = b"0123456789abcdef"
    place.sql("DELETE FROM district_data_key")
    place.sql("UPDATE district_key SET hash_key = %s, hash_wrapped = NULL", plain)
    for name, value in DUE.items():
        place.sql("UPDATE source_credential SET value = %s, key_id = NULL WHERE name = %s", value.encode(), name)
    assert verdict(place.cli, "sealed credentials")[:2] == ("WARN", "3 credentials and hash keys lie plain")
    assert place.cli.json("key", "seal-all") == {"districts": "1", "sealed": "3"}
    assert verdict(place.cli, "sealed credentials")[0] == "OK"
    assert place.credentials() == DUE and place.hash_key() == plain
    assert place.sql("SELECT hash_key FROM district_key") == [(None,)]
    assert place.cli.json("key", "seal-all") == {"districts": "1", "sealed": "0"}
    assert place.states() == ["active"]


def test_a_master_key_is_replaced_without_a_pause(place):
    new = Cli({}).run("key", "generate").ok().out.strip()
    place.cli.run("key", "rotate", "-d", "maple").ok()
    hash_key = place.hash_key()
    assert place.tool(new).run("key", "rewrap").ok(1).err.count("keys.master-old") >= 1
    told = place.tool(new, old=seal.MASTER).json("key", "rewrap")
    assert (told["districts"], told["keys"]) == ("1", "3")
    assert place.tool(new, old=seal.MASTER).json("key", "rewrap")["keys"] == "0"
    assert place.credentials(new) == DUE and place.hash_key(new) == hash_key
    assert place.sql("SELECT master_id FROM key_master") == [(seal.master_id(new),)]
    place.tool(new).run("key", "rotate", "-d", "maple").ok()
    assert "keys.master-old" in place.cli.run("key", "rotate", "-d", "maple").ok(1).err


def test_destroying_demands_a_pause_and_a_yes_and_answers_with_a_certificate(place):
    place.cli.run("key", "rotate", "-d", "maple").ok()
    assert "not paused" in place.cli.run("key", "destroy", "-d", "maple", "--yes").ok(1).err
    place.cli.run("district", "pause", "maple", "--reason", "contract ended").ok()
    assert "--yes" in place.cli.run("key", "destroy", "-d", "maple").ok(2).err
    assert place.credentials() == DUE
    made = place.cli.json("key", "destroy", "-d", "maple", "--backup-days", "10", "--yes")
    lines = {line["what"]: line for line in made["certificate"]}
    assert [lines[what]["count"] for what in ("data keys", "hash keys", "credentials", "upload pages", "dead letters")] == [2, 1, 2, 0, 0]
    topics = [what for what in lines if what.startswith("rollcall.")]
    assert topics == ["rollcall.page.fetched.v1", "rollcall.batch.normalized.v1", "rollcall.dead.letter.v1"]
    assert "backups" in lines
    ((kept,),) = place.sql("SELECT what FROM audit WHERE act = 'key.destroy'")
    assert [line["how"] for line in kept["certificate"]] == [line["how"] for line in made["certificate"]]
    assert place.states() == ["destroyed", "destroyed"]
    assert place.sql("SELECT sum(length(wrapped)) FROM district_data_key") == [(0,)]
    assert place.sql("SELECT hash_key, hash_wrapped FROM district_key") == [(None, None)]


def test_a_destroyed_district_seals_nothing_more(place):
    place.cli.run("district", "pause", "maple", "--reason", "contract ended").ok()
    place.cli.run("key", "destroy", "-d", "maple", "--yes").ok()
    refused = place.cli.run("source", "set", "-d", "maple", "--client-id", "x", "--client-secret-stdin", stdin="new\n").ok(1)
    assert "were destroyed" in refused.err
    place.cli.run("key", "seal-all").ok()
    assert place.states() == ["destroyed"]
    assert place.cli.run("key", "rotate", "-d", "maple").status == 1
    assert place.cli.run("key", "destroy", "-d", "maple", "--yes").status == 3
    assert "stays paused" in place.cli.run("district", "resume", "maple").ok(1).err


# ---- the removal of a district takes its keys along -------------------------------------------------------------------------------------


def sealed_page(place):
    """A page of the district as it lies on a topic, or in a backup of one."""
    with place.postgres.connect(database=place.database) as connection:
        ((key_id, key),) = seal.data_keys(connection, place.id).items()
    return seal.seal(key_id, key, place.id, "topic:page.fetched", b"a page")


def test_the_preview_of_a_removal_says_that_the_keys_go_and_destroys_none(place):
    shown = place.cli.run("district", "purge", "-d", "maple", "--dry-run").ok()
    assert "keys would be destroyed" in shown.err and "district_data_key" in shown.out
    assert "--yes" in place.cli.run("district", "purge", "-d", "maple").ok(2).err
    assert place.states() == ["active"] and place.credentials() == DUE


def test_a_removed_district_leaves_nothing_that_opens_and_both_certificates(place):
    page = sealed_page(place)
    made = place.cli.json("district", "purge", "-d", "maple", "--yes", "--backup-days", "10", "--reason", "contract ended")
    lines = {line["what"]: line for line in made["certificate"]}
    assert [lines[what]["count"] for what in ("data keys", "hash keys", "credentials")] == [1, 1, 2], "counted before any row went"
    assert "rollcall.page.fetched.v1" in lines and "backups" in lines and int(made["rows"]) > 0
    kept = dict(place.sql("SELECT act, what FROM audit"))
    assert set(kept) == {"district.purge", "key.destroy"}
    assert [line["how"] for line in kept["key.destroy"]["certificate"]] == [line["how"] for line in made["certificate"]]
    with place.postgres.connect(database=place.database) as connection, pytest.raises(KeyError):
        seal.open_from(connection, place.id, "topic:page.fetched", page)
    assert place.sql("SELECT ended_at IS NOT NULL FROM purge_certificate") == [(True,)]


def test_a_removal_that_was_interrupted_goes_on_and_shreds_what_it_finds(place):
    place.cli.run("district", "pause", "maple", "--reason", "contract ended").ok()
    with place.postgres.connect(database=place.database, options="-c search_path=rollcall") as connection:
        connection.execute("SELECT set_config('rollcall.district', %s, false)", [str(place.id)])
        assert connection.execute("SELECT purge_begin('kim', '')").fetchone() == (None,)
    made = place.cli.json("district", "purge", "-d", "maple", "--yes")
    assert {line["what"]: line for line in made["certificate"]}["data keys"]["count"] == 1, "begun by a version that left the keys alone"
    place.cli.run("district", "purge", "-d", "maple", "--yes").ok(3)


def test_a_removal_after_the_keys_were_destroyed_names_their_certificate_and_makes_no_second(place):
    place.cli.run("district", "pause", "maple", "--reason", "contract ended").ok()
    place.cli.run("key", "destroy", "-d", "maple", "--yes").ok()
    removed = place.cli.run("district", "purge", "-d", "maple", "--yes", "-o", "json").ok()
    assert "destroyed before" in removed.err and "certificate" not in json.loads(removed.out)
    assert place.sql("SELECT count(*) FROM audit WHERE act = 'key.destroy'") == [(1,)]


def test_a_district_with_an_active_run_keeps_its_keys(place):
    place.sql("WITH r AS (INSERT INTO run (district_id, run_id, source_id, phase, state) SELECT district_id, gen_random_uuid(), source_id, 'fetching', 'Running' FROM source RETURNING run_id) "
              "UPDATE source SET active_run = (SELECT run_id FROM r)")
    assert "is active" in place.cli.run("district", "purge", "-d", "maple", "--yes").ok(1).err
    assert place.states() == ["active"] and place.credentials() == DUE
    assert place.sql("SELECT count(*) FROM audit WHERE act IN ('district.purge', 'key.destroy')") == [(0,)]


def test_no_command_and_no_audit_row_shows_a_key_or_a_secret(place):
    said = "".join(place.cli.run(*words).out + place.cli.run(*words).err for words in (
        ("key", "list", "-d", "maple", "-o", "json"), ("key", "rotate", "-d", "maple"), ("source", "show", "-d", "maple", "-o", "json"),
        ("config", "show")))
    said += json.dumps([row[0] for row in place.sql("SELECT what FROM audit")])
    with place.postgres.connect(database=place.database) as connection:
        keys = list(seal.data_keys(connection, place.id).values())
    for secret in (SECRET, seal.MASTER, place.hash_key().hex(), *(key.hex() for key in keys)):
        assert secret not in said


# ---- secrets that are replaced without a gap ------------------------------------------------------------------------------------------


def old_secret(place):
    """The secret that is being replaced, opened; None: nothing is."""
    ((sealed,),) = place.sql("SELECT old_value FROM source_credential WHERE name = 'client_secret'")
    with place.postgres.connect(database=place.database) as connection:
        return sealed and seal.open_from(connection, place.id, "credential:client_secret", bytes(sealed)).decode()


def rotate(place, secret, *more):
    return place.cli.run("secret", "rotate", "-d", "maple", "--client-secret-stdin", *more, stdin=f"{secret}\n").ok()


def states_of(place):
    return [(row["credential"], row["state"].split(",")[0], row["by"]) for row in place.cli.json("secret", "list", "-d", "maple")]


def audited(place):
    return place.sql("SELECT who, act, what ->> 'credentials' FROM audit WHERE act LIKE 'secret.%%' ORDER BY audit_id")


def test_a_new_secret_stands_beside_the_one_that_worked_last(place, tmp_path):
    assert states_of(place) == [("client_id", "in use", "kim"), ("client_secret", "in use", "kim")]
    said = rotate(place, "second-0c1").out
    assert place.credentials() == {**DUE, "client_secret": "second-0c1"} and old_secret(place) == SECRET
    path = tmp_path / "third"
    path.write_text("third-77d\nnot this\n")
    place.cli.run("secret", "rotate", "-d", "maple", "--client-id", "maple-2", "--client-secret-file", path).ok()
    assert place.credentials() == {"client_id": "maple-2", "client_secret": "third-77d"}
    assert old_secret(place) == SECRET, "what never worked is no old secret"
    assert states_of(place) == [("client_id", "new", "kim"), ("client_id", "old", "kim"), ("client_secret", "new", "kim"), ("client_secret", "old", "kim")]
    assert audited(place) == [("kim", "secret.rotate", "client_secret"), ("kim", "secret.rotate", "client_id client_secret")]
    listed = place.cli.run("secret", "list", "-d", "maple", "-o", "json").ok().out + said
    assert not [secret for secret in (SECRET, "second-0c1", "third-77d") if secret in listed]


def test_either_of_the_two_can_be_withdrawn_and_setting_one_at_once_ends_it(place):
    assert "being replaced" in place.cli.run("secret", "withdraw", "-d", "maple", "--which", "old").ok(3).err
    rotate(place, "second-0c1")
    place.cli.run("secret", "withdraw", "-d", "maple", "--which", "new").ok()
    assert place.credentials() == DUE and old_secret(place) is None
    rotate(place, "third-77d")
    place.cli.run("secret", "withdraw", "-d", "maple", "--which", "old").ok()
    assert place.credentials()["client_secret"] == "third-77d" and old_secret(place) is None
    rotate(place, "fourth-aa1")
    place.cli.run("source", "set", "-d", "maple", "--client-secret-stdin", stdin="fifth-5e5\n").ok()
    assert place.credentials()["client_secret"] == "fifth-5e5" and old_secret(place) is None
    assert [act for _, act, _ in audited(place)] == ["secret.rotate", "secret.withdraw-new", "secret.rotate", "secret.withdraw-old", "secret.rotate"]


REFUSED = "SELECT set_config('rollcall.district', c.district_id::text, false), credential_refused(c.source_id, now()) FROM source_credential c LIMIT 1"


def test_the_secret_that_works_is_not_withdrawn_while_the_new_one_is_refused(place):
    rotate(place, "second-0c1")
    assert [row["state"] for row in place.cli.json("secret", "list", "-d", "maple") if row["credential"] == "client_secret"][0] == "new, tried first"
    place.sql(REFUSED)
    listed = [row for row in place.cli.json("secret", "list", "-d", "maple") if row["credential"] == "client_secret"]
    assert [row["state"] for row in listed] == ["new, refused by the source", "old, serves until the new one has worked"] and listed[0]["refused_at"]
    refused = place.cli.run("secret", "withdraw", "-d", "maple", "--which", "old").ok(2)
    assert "the old one is the one that works" in refused.err and old_secret(place) == SECRET
    rotate(place, "third-77d")
    new, _ = [row for row in place.cli.json("secret", "list", "-d", "maple") if row["credential"] == "client_secret"]
    assert (new["state"], new["refused_at"]) == ("new, tried first", None), "another one has not been tried"
    place.sql(REFUSED)
    place.cli.run("secret", "withdraw", "-d", "maple", "--which", "old", "--yes").ok()
    assert old_secret(place) is None


def test_a_secret_that_is_being_replaced_moves_with_the_districts_key(place):
    rotate(place, "second-0c1")
    assert place.cli.json("key", "rotate", "-d", "maple")["credentials"] == "3"
    assert place.credentials()["client_secret"] == "second-0c1" and old_secret(place) == SECRET
    place.sql("UPDATE source_credential SET old_key_id = (SELECT key_id FROM district_data_key WHERE state = 'replaced') WHERE old_value IS NOT NULL")
    assert "no replaced key" in place.cli.run("key", "retire", "-d", "maple", "--days", "0", "--yes").ok(3).err
    assert [row["credentials"] for row in place.cli.json("key", "list", "-d", "maple")] == [2, 1]
    place.cli.run("secret", "withdraw", "-d", "maple", "--which", "old").ok()
    assert place.cli.json("key", "retire", "-d", "maple", "--days", "0", "--yes")["keys"] == "1"


def test_limits_of_a_source_are_set_shown_and_taken_away(place):
    def shown():
        row = place.cli.json("source", "show", "-d", "maple")
        return [row[name] for name in ("host_requests", "host_window", "host_concurrent", "quiet_hours")]

    assert shown() == [None] * 4
    place.cli.run("source", "set", "-d", "maple", "host-requests=100", "host-window=60", "host-concurrent=2", "quiet-hours=22:00-04:30").ok()
    assert shown() == [100, 60, 2, "22:00-04:30"]
    for wrong in ("host-requests=0", "host-window=a", "host-concurrent=1001", "quiet-hours=7-9", "quiet-hours=07:00", "quiet-hours=07:00-07:00",
                  "quiet-hours=07:00-24:00"):
        assert wrong.split("=")[0] in place.cli.run("source", "set", "-d", "maple", wrong).ok(2).err
    place.cli.run("source", "set", "-d", "maple", "host-requests=", "host-window=", "host-concurrent=", "quiet-hours=none").ok()
    assert shown() == [None] * 4
