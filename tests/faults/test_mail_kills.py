"""kill -9 of notifiers at random moments while the mail server refuses, breaks and hangs up on a fifth of what it is told (M1): no daily mail
arrives twice, no mail about what is held is lost.

ROLLCALL_TEST_MAIL_KILLS says how many kills (200 is the number to reach), ROLLCALL_TEST_MAIL_SEED which moments; the seed is printed.
"""

import collections
import os
import random
import time
import uuid

import pytest
from psycopg.rows import dict_row
from support.mail import HANG_UP, MailSink
from support.process import wait_until
from support.stack import Stack

KILLS = int(os.environ.get("ROLLCALL_TEST_MAIL_KILLS", "10"))
SEED = int(os.environ.get("ROLLCALL_TEST_MAIL_SEED", "1"))
HELD, DIGESTS = 3, 2  # of each, before a kill
QUICK = {"ROLLCALL_MAIL_SEND_EVERY": "50ms", "ROLLCALL_MAIL_RETRY_BASE": "50ms", "ROLLCALL_MAIL_RETRY_CAP": "200ms", "ROLLCALL_MAIL_FOUND_AFTER": "6s",
         "ROLLCALL_SMTP_TIMEOUT": "5s"}
FAULTS = {"GREETING": ("421 4.3.2 later", HANG_UP), "HELO": ("421 4.3.2 later", HANG_UP), "MAIL": ("451 4.3.0 later", HANG_UP),
          "RCPT": ("452 4.2.2 full", HANG_UP), "354": ("451 4.3.0 later", HANG_UP), "DATA": ("451 4.3.0 later", HANG_UP)}


class Faulty(MailSink):
    """A fifth of all mails meets a fault, at any of the stages."""

    def __init__(self, chance):
        super().__init__()
        self.chance, self.ill = chance, True

    def _fault(self, stage):
        if self.ill and stage in FAULTS and self.chance.random() < 0.2 / len(FAULTS):
            return self.chance.choice(FAULTS[stage])
        return None


class Maple:
    def __init__(self, stack):
        self.admin = stack.postgres.connect("postgres", stack.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
        self.id = self.one("INSERT INTO district (slug, name, time_zone) VALUES ('maple', 'Maple County', 'UTC') RETURNING district_id")
        self.do(f"SET rollcall.district = '{self.id}'")
        self.members = []

    def one(self, query, *values):
        return next(iter(self.admin.execute(query, values).fetchone().values()))

    def do(self, query, *values):
        self.admin.execute(query, values)

    def rows(self):
        return self.admin.execute("SELECT * FROM mail").fetchall()

    def plan(self):
        """Mails about what is held, in the ledger as an intake leaves them, and readers whose hour has come."""
        for _ in range(DIGESTS):
            self.members.append(self.one("INSERT INTO member (district_id, email, role, digest) VALUES (%s, %s, 'owner', 'daily') RETURNING member_id",
                                         self.id, f"owner{len(self.members)}@maple.example"))
        self.do("UPDATE digest_reader r SET due_at = now(), look_at = now() FROM digest_member m WHERE m.reader = r.reader AND m.member_id = ANY (%s)",
                self.members[-DIGESTS:])
        for _ in range(HELD):
            self.do("INSERT INTO mail (district_id, member_id, local_day, kind, about, held, message_id, subject, body_text, body_html) VALUES "
                    "(%s, %s, current_date, 'held', %s, true, '<' || uuid7() || '@rollcall.example>', 's', 't', 'h')",
                    self.id, self.members[-1], str(uuid.uuid4()))

    def is_over(self):
        return all(row["state"] not in ("planned", "handed over") for row in self.rows()) and \
            len([row for row in self.rows() if row["kind"] == "digest"]) == len(self.members)


@pytest.fixture
def stack(programs, tmp_path, postgres, database, redis, kafka_as_it_is, sis):
    with Faulty(random.Random(SEED)) as mail:
        made = Stack(tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis)
        if "rollcall.run.finished.v1" not in made.kafka.topics():
            made.cli.run("topics", "apply").ok()
        try:
            yield made
            made.close()
        finally:
            made.kill()


def test_no_daily_mail_comes_twice_and_none_about_what_is_held_is_lost(stack):
    """M1"""
    print(f"seed {SEED}, {KILLS} kills")
    chance, maple = random.Random(SEED), Maple(stack)
    workers = [stack.worker("notifier", label, **QUICK).start() for label in ("first", "second")]
    for worker in workers:
        worker.wait_ready()
    for _ in range(KILLS):
        maple.plan()
        time.sleep(chance.uniform(0, 0.6))
        victim = chance.choice(workers)
        victim.kill()
        victim.start()
    stack.mail.ill = False
    for worker in workers:
        worker.wait_ready()
    wait_until(maple.is_over, "every mail has its end", 180 + KILLS)
    came = collections.Counter(letter.message_id for letter in stack.mail.mails)
    taken = {letter.message_id for letter in stack.mail.taken()}
    for row in maple.rows():
        if row["held"]:
            assert row["state"] == "accepted" and row["message_id"] in taken, row["mail_id"]
        else:
            assert came[row["message_id"]] <= 1, row["mail_id"]
            assert row["message_id"] in taken if row["state"] == "accepted" else row["state"] == "unknown"
    assert len([row for row in maple.rows() if row["held"]]) == KILLS * HELD
    digests = collections.Counter(row["member_id"] for row in maple.rows() if row["kind"] == "digest")
    assert digests == dict.fromkeys(maple.members, 1), "each owner has one digest of the day"
    maple.admin.close()
