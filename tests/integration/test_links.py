"""The links in mails: an address is confirmed before the first mail that is no more than useful, and whoever gets those can stop them."""

import http.client
import re
import uuid
from hashlib import sha256

import pytest
from support.paths import SCHEMAS
from support.process import free_port, wait_until
from support.stack import Stack
from test_notifier import Owners, start

pytestmark = pytest.mark.usefixtures("programs")


@pytest.fixture
def stack(programs, tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis):
    made = Stack(tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis)
    if "rollcall.alert.raised.v1" not in made.kafka.topics():
        made.cli.run("topics", "apply").ok()
    try:
        yield made
        made.close()
    finally:
        made.kill()


@pytest.fixture
def maple(stack):
    made = Owners(stack)
    yield made
    made.admin.close()


class Links:
    """A notifier whose links lead to it without a proxy."""

    def __init__(self, stack):
        self.stack, self.port = stack, free_port()
        self.base = f"http://127.0.0.1:{self.port}/mail"
        self.worker = start(stack, ROLLCALL_MAIL_LINKS=self.base, ROLLCALL_MAIL_LINKS_PORT=str(self.port),
                            ROLLCALL_DATABASE_CONNECTIONS="9")  # just enough without links: 4 for messages, 4 for mails, one for the clock
        self.worker.wait_for_event("mail.links")
        stack.worker("scheduler", ROLLCALL_SCHEDULER_CAUSES_EVERY="1h").start().wait_ready()  # it relays what the CLI asks for

    def ask(self, method, url, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, url.removeprefix(f"http://127.0.0.1:{self.port}"), body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def member(self, *words):
        return self.stack.cli.run("member", *words, "-d", "maple", ROLLCALL_MAIL_LINKS=self.base)

    def standing(self, email):
        return next(row["mails"] for row in self.stack.cli.json("member", "list", "-d", "maple") if row["email"] == email)


def confirming(letter):
    return re.search(r"To confirm:\s+(\S+)", letter.part("plain")).group(1)


def stopping(letter):
    return letter.message["List-Unsubscribe"].strip().strip("<>")


def linked(maple, mail):
    """A token by which a mail's links are known, as if it had gone out with it."""
    token = uuid.uuid4()
    maple.add("mail_link", mail_id=mail, token_digest=sha256(token.bytes).digest())
    return token.hex


def planned(maple, kind="digest"):
    return maple.one("INSERT INTO mail (district_id, member_id, local_day, kind, optional, state, message_id, subject, body_text, body_html) VALUES "
                     "(%s, %s, current_date - 9, %s, true, 'accepted', 'm', 's', 't', 'h') RETURNING mail_id", maple.id, maple.members[0], kind)


def test_an_address_is_confirmed_by_its_button_before_the_first_result(maple, stack, mail):
    links = Links(stack)
    links.member("add", "--email", "new@maple.example", "--role", "recipient").ok()
    (asked,) = mail.wait_for(1)
    assert asked.recipients == ["new@maple.example"] and "Please confirm" in asked.part("html")
    assert asked.subject.startswith("[News] Maple County: Please confirm")
    run = maple.run()
    maple.finished(run)
    mail.wait_for(2)
    assert [row["member_id"] for row in maple.rows(about=str(run))] == maple.members, "nothing optional yet"
    status, page = links.ask("GET", confirming(asked))
    assert status == 200 and "<form" in page and "maple" not in page.lower()
    assert links.standing("new@maple.example") == "needed ones: not verified", "looking is not confirming"
    assert links.ask("POST", confirming(asked))[0] == 200
    assert links.standing("new@maple.example") == "all"
    assert links.ask("POST", confirming(asked))[0] == 200, "twice is once"
    assert maple.one("SELECT count(*) FROM audit WHERE act = 'member.verify'") == 1
    maple.finished(maple.run())
    mail.wait_for(4)


def test_a_result_can_be_stopped_with_one_click_and_what_is_held_cannot(maple, stack, mail):
    links = Links(stack)
    held = maple.hold()
    maple.finished(held)
    maple.finished(maple.run())
    first = {letter.subject.split("]")[0]: letter for letter in mail.wait_for(2)}
    assert first["[On hold"].message["List-Unsubscribe"] is None
    url = stopping(first["[OK"])
    assert url.startswith(f"{links.base}/stop/") and first["[OK"].message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in ("plain", "html"):
        assert url in first["[OK"].part(part) and "/stop/" not in first["[On hold"].part(part)
    assert links.ask("GET", url)[0] == 200 and links.standing("owner@maple.example") == "all"
    assert links.ask("POST", url, "List-Unsubscribe=One-Click")[0] == 200
    assert links.standing("owner@maple.example") == "needed ones: stopped"
    assert maple.one("SELECT who FROM audit WHERE act = 'member.stop'") == "the link of a mail"
    token = linked(maple, maple.one("SELECT mail_id FROM mail WHERE kind = 'held'"))
    assert links.ask("POST", f"{links.base}/stop/{token}")[0] == 404, "what needs him cannot be stopped"
    maple.finished(maple.run())
    maple.finished(maple.run("Failed"))
    assert mail.wait_for(3)[2].subject.startswith("[Failed]")
    links.member("resume", "--email", "owner@maple.example").ok()
    maple.finished(maple.run())
    mail.wait_for(4)
    assert len(maple.rows()) == 4


def test_the_stop_of_a_digest_holds_in_all_its_districts(maple, stack):
    links = Links(stack)
    other = maple.one("INSERT INTO district (slug, name, time_zone) VALUES ('birch', 'Birch', 'UTC') RETURNING district_id")
    maple.do(f"SET rollcall.district = '{other}'")
    maple.do("INSERT INTO member (district_id, email, role, digest) VALUES (%s, 'owner@maple.example', 'owner', 'daily')", other)
    maple.do(f"SET rollcall.district = '{maple.id}'")
    maple.do("UPDATE member SET digest = 'daily' WHERE member_id = %s", maple.members[0])
    assert links.ask("POST", f"{links.base}/stop/{linked(maple, planned(maple))}")[0] == 200
    assert maple.one("SELECT count(*) FROM member WHERE stopped_at IS NOT NULL") == 2


def test_who_is_not_asked_again_the_same_day_and_may_be_vouched_for(maple, stack, mail):
    links = Links(stack)
    links.member("add", "--email", "new@maple.example", "--role", "owner").ok()
    mail.wait_for(1)
    links.member("verify", "--email", "new@maple.example").ok()
    maple.finished(maple.run("Failed"))
    mail.wait_for(3)
    assert len(maple.rows(kind="alert")) == 1, "one a day"
    links.member("verify", "--email", "new@maple.example", "--vouch").ok()
    assert links.standing("new@maple.example") == "all"
    assert "mail.links" in stack.cli.run("member", "verify", "-d", "maple", "--email", "new@maple.example").ok(1).err
    links.member("verify", "--email", "nobody@maple.example").ok(3)


def test_links_that_lead_nowhere_and_too_many_of_them(maple, stack):
    links = Links(stack)
    for path in ("/", "/mail/stop/", "/mail/stop/abc", f"/mail/other/{uuid.uuid4().hex}", f"/mail/stop/{uuid.uuid4().hex}", "/stop/" + "x" * 400):
        assert links.ask("POST", path)[0] == 404, path
    assert links.ask("PUT", f"/mail/stop/{uuid.uuid4().hex}")[0] == 405
    assert links.ask("GET", "/" + "x" * 600)[0] == 414
    wait_until(lambda: links.ask("POST", f"/mail/stop/{uuid.uuid4().hex}")[0] == 429, "it is over its limit", 180, every=0)
    links.worker.wait_for_event("mail.link-guessed")
    assert links.ask("POST", f"/mail/stop/{linked(maple, planned(maple))}")[0] == 200, "who has a link is not kept out by those who guess"
    assert links.worker.admin.ready()


# ---- what is kept of a token ------------------------------------------------------------------------------------------------------------


def kept_anywhere(maple, words):
    """Tables in a row of which the words stand."""
    tables = maple.all("SELECT format('%%I', relname) AS name FROM pg_class WHERE relnamespace = 'rollcall'::regnamespace AND relkind = 'r'")
    return [table["name"] for table in tables if maple.one(f"SELECT count(*) FROM {table['name']} x WHERE x::text LIKE %s", f"%{words}%")]


def test_a_token_stands_in_its_mail_alone(maple, stack, mail):
    links = Links(stack)
    links.member("add", "--email", "new@maple.example", "--role", "recipient").ok()
    (asked,) = mail.wait_for(1)
    maple.finished(maple.run())
    letter = mail.wait_for(2)[1]
    for url in (confirming(asked), stopping(letter)):
        token = url.rsplit("/", 1)[1]
        assert kept_anywhere(maple, token) == kept_anywhere(maple, uuid.UUID(token)) == []
        digest = sha256(bytes.fromhex(token)).digest()
        assert maple.one("SELECT count(*) FROM mail_link WHERE token_digest = %s", digest) == 1
        assert links.ask("POST", url)[0] == 200
        assert links.ask("POST", url.replace(token, digest.hex()[:32]))[0] == 404, "what is kept opens nothing"
    assert confirming(asked) in re.search(r'href="([^"]*/confirm/[^"]*)"', asked.part("html")).group(1)
    assert "the-token-of-this-mail-goes-here" in maple.rows(about=maple.rows(kind="alert")[0]["about"])[0]["body_text"], "a mail that is shown opens nothing"


def test_each_copy_of_a_mail_that_may_have_come_twice_has_links_that_work(maple, stack, mail):
    links = Links(stack)
    mail.fail("RCPT", "451 4.3.0 later")
    mail.fail("DATA", "hang up")
    links.member("add", "--email", "new@maple.example", "--role", "recipient").ok()
    mail.wait_for(1)
    maple.wait_state("accepted")
    first, second = (confirming(letter) for letter in mail.mails)
    assert first != second
    assert maple.one("SELECT count(*) FROM mail_link") == 2, "of the try that nobody took nothing is kept"
    assert links.ask("POST", first)[0] == links.ask("POST", second)[0] == 200
    assert links.standing("new@maple.example") == "all"


def test_links_that_were_sent_before_tokens_were_digests_go_on_working(maple, stack):
    """0076, over what stood before it."""
    sent = planned(maple, "result")
    with stack.postgres.connect("rollcall_owner", stack.database) as owner:
        for name in ("0076_link_tokens.down.sql", "0076_link_tokens.up.sql"):
            if name.endswith("up.sql"):
                token = maple.one("SELECT token FROM mail WHERE mail_id = %s", sent).hex
            with owner.transaction():
                owner.execute((SCHEMAS / "sql" / name).read_text())
    links = Links(stack)
    assert links.ask("POST", f"{links.base}/stop/{token}")[0] == 200
    assert links.standing("owner@maple.example") == "needed ones: stopped"
