"""While a large plan is applied, who reads the directory does not wait: neither an application that asks the server, nor anybody who selects."""

import contextlib
import os
import threading
import time

import pytest
from support.cli import Cli
from support.process import wait_until
from test_roster_server import EVERYTHING, Server
from with_plans import PlannedDistrict
from with_reconciler import enrollment, school, user

STUDENTS = int(os.environ.get("ROLLCALL_TEST_READERS_STUDENTS", "20000"))
LONGEST = 2.0       # seconds that a plan may keep a reader waiting
DIRECTORY = "SELECT count(*), max(version), (SELECT count(*) FROM membership), (SELECT count(*) FROM account_role) FROM account"

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.usefixtures("programs")]


def people(stamp, middle):
    return [user(f"u{number}", email=f"u{number}@example.org", username=f"user{number}", middleName=middle, modified=f"2026-09-0{stamp}T00:00:00Z")
            for number in range(STUDENTS)]


class Reader(threading.Thread):
    """Does something again and again, and notes when it began and how long it took."""

    def __init__(self, act):
        super().__init__()
        self.act, self.took, self.over, self.failed = act, [], threading.Event(), None

    def run(self):
        try:
            while not self.over.is_set():
                began = time.monotonic()
                self.act()
                self.took.append((began, time.monotonic() - began))
        except Exception as error:  # shown by the test, which would else see a reader that is merely quick
            self.failed = error

    def longest(self, since, until):
        assert self.failed is None, self.failed
        during = [took for began, took in self.took if began + took >= since and began <= until]
        assert during, "nothing was read meanwhile"
        return max(during)


def stop(readers):
    for reader in readers:
        reader.over.set()
    for reader in readers:
        reader.join()


def test_readers_do_not_wait_while_all_students_of_a_district_are_changed(postgres, database, tmp_path):
    with contextlib.ExitStack() as opened:      # all of it is closed whatever happens, the newest first
        district = PlannedDistrict(postgres, database, page_size=5000, existing_people="update", threshold_change_percent=100)
        opened.callback(district.close)
        classes = [enrollment(f"e{number}", f"u{number}", "c1") for number in range(STUDENTS)]
        district.sync(school(people(1, "Ann"), classes))
        district.approve()
        assert district.one("SELECT count(*) FROM account WHERE middle_name = 'Ann'") == STUDENTS
        server = Server(postgres.url("rollcall_roster_server", database), tmp_path, ROLLCALL_ROSTER_REQUESTS_PER_MINUTE="600000", ROLLCALL_ROSTER_BURST="10000").start()
        opened.callback(server.stop)
        server.wait_ready()
        token = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database)}).json("application", "add", "reader", "-d", "maple", *EVERYTHING)["token"]
        account = district.account_of("u7")["account_id"]
        base = f"/v1/districts/{district.id}"

        def ask(path):
            assert server.api.ask(base + path, token).status == 200

        selecting = opened.enter_context(contextlib.closing(postgres.connect("postgres", database, options="-c search_path=rollcall,pg_temp")))
        readers = [Reader(lambda: selecting.execute(DIRECTORY).fetchone()), Reader(lambda: ask(f"/accounts/{account}")), Reader(lambda: ask("/accounts?limit=100"))]
        for reader in readers:
            reader.start()
        opened.callback(stop, readers)
        begun = time.monotonic()
        wait_until(lambda: all(len(reader.took) >= 20 or reader.failed for reader in readers), "everybody has read in quiet", 60)
        since = time.monotonic()
        district.sync(school(people(2, "Eve"), classes), days=1)
        until = time.monotonic()
        assert district.one("SELECT count(*) FROM account WHERE middle_name = 'Eve'") == STUDENTS, "all were changed by the one plan"
        stop(readers)
        for what, reader in zip(("a select", "one account", "a page of accounts"), readers):
            calm, busy = reader.longest(begun, since), reader.longest(since, until)
            assert busy <= LONGEST + calm, f"{what} took {busy:.2f} s while the plan was made and applied ({until - since:.1f} s), {calm:.2f} s before"
