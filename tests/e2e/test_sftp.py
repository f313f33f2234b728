"""Zips that are picked up from a real SFTP server: taken once and whole, archived or left, and one clear line for whatever is wrong."""

import os
import shutil
import signal
import subprocess
import time

import pytest
from sis.csv_export import zip_of
from support.csv_twin import CsvTwin
from support.paths import ROOT
from support.sshd import Sshd, make_key

pytestmark = pytest.mark.slow


class Pickup:
    """A district's pick-up as its owner and the tables show it."""

    def __init__(self, stack, sshd, slug):
        self.stack, self.sshd = stack, sshd
        self.twin = CsvTwin(stack, slug, seed=7, students=20, schools=1)
        self.district = self.twin.district
        self.moment = int(time.time()) - 5000

    def set(self, *words):
        return self.district.run("sftp", "set", *words)

    def put(self, name, files):
        """A file that is newer than all before."""
        self.moment += 60
        return self.sshd.put(name, files if isinstance(files, bytes) else zip_of(files), self.moment)

    def row(self, *columns):
        found = self.stack.sql(f"SELECT {', '.join(columns)} FROM source_pickup WHERE district_id = %s", [self.district.id])[0]
        return found[0] if len(columns) == 1 else found

    def wait(self, condition, what):
        return self.stack.wait(condition, what, 240)

    def wait_trouble(self, name):
        """Until a look ran into it; its words."""
        self.wait(lambda: self.row("trouble") == name, f"the trouble {name}, not {self.row('trouble', 'words')}")
        return self.row("words")

    def wait_alert(self, name):
        """Until somebody is told of it; the message."""
        query = "SELECT message FROM alert WHERE district_id = %s AND kind = %s ORDER BY at DESC"
        return self.wait(lambda: self.stack.sql(query, [self.district.id, f"pickup.{name}"]), f"an alert of {name}")[0][0]

    def wait_looks(self, count=2):
        """Until so many more looks have ended."""
        for _ in range(count):
            before = self.row("looked_at")
            self.wait(lambda before=before: self.row("looked_at") != before, "another look")

    def wait_file(self, name, outcome):
        query = "SELECT upload_id, archived_as, words FROM pickup_file WHERE district_id = %s AND name = %s AND outcome = %s AND mtime = %s"
        return self.wait(lambda: self.stack.sql(query, [self.district.id, name, outcome, self.moment]), f"{name} is {outcome}")[0]

    def read(self, upload):
        """The run that reads an upload, to its end; its id."""
        query = "SELECT run_id FROM run WHERE district_id = %s AND upload_id = %s"
        run_id = self.wait(lambda: self.stack.sql(query, [self.district.id, upload]), "the upload's run")[0][0]
        return self.district.read(str(run_id))

    def uploads(self):
        return self.stack.sql("SELECT count(*) FROM upload WHERE district_id = %s", [self.district.id])[0][0]


@pytest.fixture(scope="module", name="stack")
def _stack(module_stack):
    return module_stack.start()


@pytest.fixture(name="sshd")
def _sshd(tmp_path):
    with Sshd(tmp_path / "sshd") as server:
        yield server


@pytest.fixture(name="pickup")
def _pickup(stack, sshd):
    """Set, with a passphrase on its key, so that growing files wait until a test says otherwise."""
    made = Pickup(stack, sshd, "maple-county")
    shown = stack.cli.json("sftp", "host-key", sshd.host)["host_key"]
    assert shown == sshd.fingerprint
    key = make_key(sshd.folder / "locked", "-N", "made-up words")
    sshd.let_in(key)
    (sshd.folder / "words").write_text("made-up words\n")
    made.set("--host", sshd.host, "--host-key", shown, "--user", sshd.user, "--key-file", key, "--passphrase-file", sshd.folder / "words",
             "--folder", sshd.files, "--pattern", "oneroster*.ZIP", "--every", "1s", "--settle", "1h").ok()
    return made


def test_zips_are_picked_up_once_and_whole_and_trouble_is_told(stack, sshd, pickup):
    nothing_there(pickup)
    a_growing_zip_is_taken_when_it_is_whole(pickup, sshd)
    what_was_taken_is_not_taken_again(pickup)
    an_older_zip_and_another_name_stay(pickup)
    what_was_taken_is_archived(pickup, sshd)
    a_broken_zip_is_refused_in_words(pickup)
    another_host_key_is_never_accepted(pickup, sshd)
    a_refused_key_is_told(pickup, sshd)
    nothing_new_for_long_is_told(pickup)
    a_fetcher_that_is_killed_costs_time_alone(stack, pickup, sshd)
    a_server_that_is_gone_is_told(pickup, sshd)
    secrets_stay_in(stack, sshd)
    removed_means_forgotten(pickup)


def nothing_there(pickup):
    assert "fits oneroster*.ZIP" in pickup.wait_trouble("no-file")
    message = pickup.wait_alert("no-file")
    assert "zips of the source sis: no file in" in message
    tested = pickup.district.run("sftp", "test")
    assert (tested.status, "no file in" in tested.err) == (1, True), tested.err
    mail = pickup.stack.mail
    pickup.wait(lambda: [one for one in mail.mails if "no file in" in " ".join(one.part("plain").split())], "a mail about it")


def a_growing_zip_is_taken_when_it_is_whole(pickup, sshd):
    whole = zip_of(pickup.twin.files())
    pickup.put("oneroster.zip", whole[: len(whole) // 2])
    pickup.wait(lambda: pickup.row("seen_bytes") == len(whole) // 2, "the half is seen")
    pickup.put("oneroster.zip", whole)
    pickup.wait(lambda: pickup.row("seen_bytes") == len(whole), "the whole is seen")
    looks = pickup.stack["fetcher"].events
    pickup.wait(lambda: [one for one in looks("pickup.trouble") if one["msg"].startswith("growing: ")], "the zip is seen to grow")
    assert "will be taken" in pickup.district.json("sftp", "test")["it"]
    assert pickup.uploads() == 0
    pickup.set("--settle", "0s").ok()
    upload = pickup.wait_file("oneroster.zip", "taken")[0]
    listed = pickup.district.json("upload", "list")
    assert [(one["upload"], one["name"], one["added_by"]) for one in listed] == [(str(upload), "oneroster.zip", "sftp")]
    run = pickup.read(upload)
    assert pickup.stack.sql("SELECT state, requested_by FROM run WHERE run_id = %s", [run]) == [("Completed", "sftp")]
    pickup.twin.today()
    pickup.twin.check()
    assert (sshd.files / "oneroster.zip").exists()


def what_was_taken_is_not_taken_again(pickup):
    pickup.wait_looks()
    assert "taken before" in pickup.district.json("sftp", "test")["it"]
    pickup.put("oneroster.zip", (pickup.sshd.files / "oneroster.zip").read_bytes())
    pickup.wait_file("oneroster.zip", "same")
    assert (pickup.uploads(), pickup.row("trouble")) == (1, None)


def an_older_zip_and_another_name_stay(pickup):
    pickup.sshd.put("oneroster-old.zip", zip_of(pickup.twin.files()), pickup.moment - 3600)
    pickup.put("staff.zip", b"something else")
    pickup.put("oneroster.zip.part", b"half")
    (pickup.sshd.files / "oneroster-folder.zip").mkdir()
    pickup.wait_looks()
    assert (pickup.uploads(), pickup.row("trouble")) == (1, None)


def what_was_taken_is_archived(pickup, sshd):
    (sshd.files / "oneroster.zip").unlink()     # else a look before the next zip comes archives this one too
    pickup.set("--archive", "taken").ok()
    pickup.twin.next_day(2, changed=0.1, leave=0, return_=0, new=1)
    pickup.put("oneroster.zip", pickup.twin.files())
    upload, _, _ = pickup.wait_file("oneroster.zip", "taken")
    pickup.read(upload)
    pickup.twin.today()
    pickup.twin.check()
    pickup.wait(lambda: pickup.wait_file("oneroster.zip", "taken")[1], "the move is noted")
    archived = [path.name for path in (sshd.files / "taken").iterdir()]
    assert archived == [pickup.wait_file("oneroster.zip", "taken")[1]]
    assert archived[0].endswith("Z-oneroster.zip")
    assert not (sshd.files / "oneroster.zip").exists()
    pickup.wait_looks()
    assert (pickup.uploads(), pickup.row("trouble")) == (2, None)


def a_broken_zip_is_refused_in_words(pickup):
    files = pickup.twin.files()
    whole = zip_of(files)
    pickup.put("oneroster-cut.zip", whole[: len(whole) // 2])
    assert "refused" in pickup.wait_trouble("refused")
    pickup.wait_alert("refused")
    shown = pickup.district.json("sftp", "show")
    assert (shown["trouble"], shown["files"][0]["name"], shown["files"][0]["outcome"]) == ("refused", "oneroster-cut.zip", "refused")
    assert shown["files"][0]["words"] in shown["words"]
    assert "was refused" in pickup.district.json("sftp", "test")["it"]
    assert pickup.uploads() == 2
    (pickup.sshd.files / "oneroster-cut.zip").unlink()
    pickup.wait(lambda: pickup.row("trouble") is None, "the trouble is over")


def another_host_key_is_never_accepted(pickup, sshd):
    pinned = sshd.fingerprint
    sshd.stop()
    sshd.new_host_key()
    sshd.start()
    words = pickup.wait_trouble("host-key")
    assert f"it shows {sshd.fingerprint}" in words
    pickup.wait_alert("host-key")
    pickup.wait_looks()
    tested = pickup.district.run("sftp", "test")
    assert (tested.status, "another host key" in tested.err) == (1, True)
    assert pickup.row("trouble", "host_keys") == ("host-key", pinned)
    assert "Accepted publickey" not in sshd.daemon.log().split("Server listening")[-1]
    pickup.set("--host-key", pinned, "--host-key", sshd.fingerprint).ok()
    pickup.wait(lambda: pickup.row("looked_at") > pickup.row("set_at") and pickup.row("trouble") is None, "the trouble is over")


def a_refused_key_is_told(pickup, sshd):
    sshd.let_in(make_key(sshd.folder / "stranger"))
    assert "refused the login" in pickup.wait_trouble("login")
    assert "ed25519" in pickup.wait_alert("login")
    sshd.let_in(sshd.client_key)
    pickup.set("--key-file", sshd.client_key).ok()  # without a passphrase, so the old one must be gone
    pickup.wait(lambda: pickup.row("looked_at") > pickup.row("set_at") and pickup.row("trouble") is None, "the trouble is over")


def nothing_new_for_long_is_told(pickup):
    pickup.set("--max-age", "1s").ok()
    assert "no new zip" in pickup.wait_trouble("old")
    pickup.wait_alert("old")
    (pickup.sshd.files / "oneroster-old.zip").unlink()
    assert "no file" in pickup.wait_trouble("no-file")
    pickup.set("--max-age", "1d").ok()
    pickup.wait(lambda: pickup.row("looked_at") > pickup.row("set_at") and pickup.row("trouble") is None, "the trouble is over")


def a_fetcher_that_is_killed_costs_time_alone(stack, pickup, sshd):
    stack["fetcher"].stop()
    stack["fetcher"].set(ROLLCALL_FAULT="fetcher.pickup.stored:kill").start().wait_ready()
    pickup.twin.next_day(3, changed=0.1, leave=0, return_=0, new=1)
    pickup.put("oneroster.zip", pickup.twin.files())
    assert stack["fetcher"].ended(240) == -signal.SIGKILL
    upload, archived, _ = pickup.wait_file("oneroster.zip", "taken")
    assert (archived, (sshd.files / "oneroster.zip").exists()) == (None, True)
    stack["fetcher"].set(ROLLCALL_FAULT=None).start().wait_ready()
    pickup.wait(lambda: pickup.wait_file("oneroster.zip", "taken")[1], "the next look archives it")
    pickup.read(upload)
    assert pickup.uploads() == 3
    pickup.twin.today()
    pickup.twin.check()


def a_server_that_is_gone_is_told(pickup, sshd):
    sshd.stop()
    assert "connection refused" in pickup.wait_trouble("unreachable")
    assert "could not be reached" in pickup.wait_alert("unreachable")
    pickup.wait(lambda: pickup.row("trouble_looks") >= 3, "a third look")   # the alert may be of when the server was exchanged


def secrets_stay_in(stack, sshd):
    kept = stack.sql("SELECT value FROM source_credential WHERE name LIKE 'sftp%%'", [])
    assert [b"PRIVATE KEY" in bytes(value) for (value,) in kept] == [False]
    middle = sshd.client_key.read_text().splitlines()[2]
    assert not [worker.name for worker in stack.workers.values() if middle in worker.log() or "made-up words" in worker.log()]


def removed_means_forgotten(pickup):
    pickup.district.run("sftp", "remove", "--yes").ok()
    assert pickup.stack.sql("SELECT count(*) FROM source_credential WHERE name LIKE 'sftp%%'", []) == [(0,)]
    assert pickup.district.run("sftp", "show").status == 3


# --- our own drop, and passwords: users of their own, in an /etc that nobody else sees ---------------------------


class DropHost(Sshd):
    """A host with Rollcall's own drop for two districts, and a vendor's user who signs in by password."""

    PASSWORD = "made-up-password"
    BEGIN = """
        set -e
        mount --bind "$1/etc" /etc
        mount --bind "$1/srv" /srv
        "$2/add-district" maple-county "$1/maple.pub" "$1/rollcall.pub" > /dev/null
        "$2/add-district" maple-county "$1/maple.pub" "$1/rollcall.pub"
        "$2/add-district" cedar-county "$1/cedar.pub"
        useradd --no-create-home --home-dir /srv/vendor --password "$3" vendor
        install -d -o vendor /srv/vendor "/srv/vendor/big exports"
        exec "$4" -D -e -f "$1/sshd_config"
    """

    def __init__(self, folder):
        super().__init__(folder)
        self.drop = ROOT / "deploy" / "sftp-drop"
        for name in ("maple", "cedar", "rollcall"):
            make_key(self.folder / name)
        (self.folder / "srv").mkdir()
        self.made_up_etc(self.folder / "etc")

    @staticmethod
    def made_up_etc(etc):
        """All that sshd and useradd want there, and nobody's secrets."""
        etc.mkdir()
        for name in ("login.defs", "ld.so.cache", "ld.so.conf"):
            shutil.copy(f"/etc/{name}", etc)
        (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nshadow: files\n")
        (etc / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\nsshd:x:104:65534::/run/sshd:/usr/sbin/nologin\n")
        (etc / "group").write_text("root:x:0:\nnogroup:x:65534:\n")
        (etc / "shadow").write_text("root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n")
        (etc / "gshadow").write_text("root:*::\nnogroup:*::\n")

    def config(self):
        return [*super().config(), f"Include {self.drop}/rollcall-drop.conf", "Match User vendor", "    PasswordAuthentication yes"]

    def argv(self):
        *_, config = super().argv()
        program = shutil.which("sshd", path="/usr/sbin")
        assert config == str(self.folder / "sshd_config")
        return ["unshare", "-m", "sh", "-c", self.BEGIN, "drop", self.folder, self.drop, self.hash_of_password(), program]

    def hash_of_password(self):
        return subprocess.run(["openssl", "passwd", "-6", self.PASSWORD], check=True, capture_output=True, text=True).stdout.strip()

    def client(self, program, user, key, *words, stdin=""):
        """OpenSSH's own client, as a district would use it."""
        options = {"IdentityFile": key, "IdentitiesOnly": "yes", "BatchMode": "yes", "StrictHostKeyChecking": "yes", "Port": self.port,
                   "UserKnownHostsFile": self.folder / "known"}
        (self.folder / "known").write_text(f"[127.0.0.1]:{self.port} {(self.folder / 'host.pub').read_text()}")
        argv = [program, "-F", "none", *(f"-o{name}={value}" for name, value in options.items()), *words]
        return subprocess.run([*argv, f"{user}@127.0.0.1", *(["id"] if program == "ssh" else [])], input=stdin, capture_output=True, text=True,
                              timeout=60, check=False)

    def sftp(self, user, key, *commands):
        return self.client("sftp", user, self.folder / key, "-b", "-", stdin="\n".join(commands) + "\n")


def can_hide_etc():
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_hide_etc(), reason="makes users in a mount namespace of its own: root, and unshare(1) must be allowed")
def test_the_drop_separates_districts_and_passwords_work(stack, tmp_path):
    with DropHost(tmp_path / "host") as host:
        pickup = Pickup(stack, host, "cedar-county")
        a_district_sees_its_own_folder_alone(host)
        a_vendors_password_signs_in(pickup, host)
        what_a_district_brings_is_picked_up(pickup, host)


def a_district_sees_its_own_folder_alone(host):
    assert "drop-maple-county" in host.daemon.log()
    seen = host.sftp("drop-maple-county", "maple", "pwd", "ls -1 /")
    assert (seen.returncode, "working directory: /incoming" in seen.stdout, "/etc" in seen.stdout) == (0, True, False), seen
    (host.folder / "some").write_text("some")
    assert host.sftp("drop-maple-county", "maple", f"put {host.folder}/some /other").returncode != 0
    assert host.sftp("drop-maple-county", "cedar", "pwd").returncode != 0
    shell = host.client("ssh", "drop-maple-county", host.folder / "maple")
    assert (shell.returncode != 0, "uid=" in shell.stdout) == (True, False)
    stranger = subprocess.run([host.drop / "add-district", "../etc", host.folder / "maple.pub"], capture_output=True, text=True, check=False)
    assert (stranger.returncode, "no slug" in stranger.stderr) == (1, True)


def a_vendors_password_signs_in(pickup, host):
    """Looked at from here alone; a zip that is too new to be taken by the fetcher is told as such."""
    pickup.district.run("sftp", "set", "--host", host.host, "--host-key", host.fingerprint, "--user", "vendor", "--password-stdin",
                        "--folder", "big exports", "--settle", "1h", stdin="something else\n").ok()
    tested = pickup.district.run("sftp", "test")
    assert (tested.status, "refused the login" in tested.err) == (1, True), tested.err
    pickup.district.run("sftp", "set", "--password-stdin", stdin=f"{host.PASSWORD}\n").ok()
    tested = pickup.district.run("sftp", "test")
    assert (tested.status, "no file in big exports" in tested.err) == (1, True), tested.err
    path = host.folder / "srv" / "vendor" / "big exports" / 'a "b" \\ c.zip'
    path.write_bytes(b"x" * 10)
    tested = pickup.district.json("sftp", "test")
    assert (tested["newest"], tested["bytes"], "will be taken" in tested["it"]) == (path.name, 10, True)
    pickup.district.run("sftp", "set", "--user", "vendor", "--folder", "nowhere").ok()
    assert "does not exist" in pickup.district.run("sftp", "test").err


def what_a_district_brings_is_picked_up(pickup, host):
    pickup.set("--user", "drop-maple-county", "--key-file", host.folder / "rollcall", "--folder", "", "--archive", "taken", "--every", "1s",
               "--settle", "0s").ok()
    path = host.folder / "roster of \"today\".zip"
    path.write_bytes(zip_of(pickup.twin.files()))
    brought = host.sftp("drop-maple-county", "maple", f"put '{path}'")
    assert brought.returncode == 0, brought
    query = "SELECT upload_id, archived_as FROM pickup_file WHERE district_id = %s AND archived_as IS NOT NULL"
    upload, archived = pickup.wait(lambda: pickup.stack.sql(query, [pickup.district.id]), "the zip is taken and archived")[0]
    assert archived.endswith(f"Z-{path.name}")
    pickup.read(upload)
    pickup.twin.today()
    pickup.twin.check()
    listed = host.sftp("drop-maple-county", "maple", "ls -1 .", "ls -1 taken")
    assert (path.name in listed.stdout, "taken" in listed.stdout) == (True, True)
