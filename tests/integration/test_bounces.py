"""Mails that come back: each is sent under a return address of its own, what a real postfix reports about it is taken in by `rollcall mail bounce`,
and an address that takes no mail gets none any more."""

import uuid

import pytest
from support.mail import MailSink
from support.postfix import Postfix
from support.stack import Stack
from test_notifier import Owners, start

pytestmark = pytest.mark.usefixtures("programs")
HOME = "mail.rollcall.example"


@pytest.fixture
def stack(programs, tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis):
    made = Stack(tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis)
    if "rollcall.run.finished.v1" not in made.kafka.topics():
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


def report(token, action="failed", status="5.1.1"):
    return (f"To: bounces+{token}@{HOME}\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
            f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; owner@maple.example\n"
            f"Action: {action}\nStatus: {status}\n\n--b--\n")


def planned(maple):
    """A mail that was sent; the token of its return address."""
    return maple.one("INSERT INTO mail (district_id, member_id, local_day, kind, about, state, message_id, subject, body_text, body_html) VALUES "
                     "(%s, %s, current_date, 'result', %s, 'accepted', 'm', 's', 't', 'h') RETURNING return_token",
                     maple.id, maple.members[0], str(uuid.uuid4())).hex


def taken_in(stack, text, *options, code=0):
    return stack.cli.run("mail", "bounce", *options, "-", "-o", "json", stdin=text).ok(code)


@pytest.mark.parametrize(
    ("action", "status", "taken", "mails"),
    [
        ("failed", "5.1.1", "hard", "none: the address bounced"),
        ("Failed", "5.2.1", "hard", "none: the address bounced"),
        ("failed", "5.1.10", "hard", "none: the address bounced"),
        ("failed", "5.1.7", "soft", "all"),  # about the sender
        ("failed", "5.1.8", "soft", "all"),
        ("failed", "5.2.2", "soft", "all"),
        ("failed", "5.7.1", "soft", "all"),
        ("delayed", "4.4.1", "nothing", "all"),
        ("delivered", "2.0.0", "nothing", "all"),
    ],
)
def test_a_report_is_about_the_address_or_only_about_the_mail(maple, stack, action, status, taken, mails):
    assert taken_in(stack, report(planned(maple), action, status)).json["taken_as"] == taken
    (member,) = stack.cli.json("member", "list", "-d", "maple")
    assert (member["mails"], member["soft_bounces"]) == (mails, int(taken == "soft"))
    (row,) = stack.cli.json("mail", "list", "-d", "maple")
    assert row["bounce_status"] == (status if taken != "nothing" else None)


def test_the_same_report_counts_once(maple, stack):
    token = planned(maple)
    assert [taken_in(stack, report(token, status="5.2.2")).json["taken_as"] for _ in range(2)] == ["soft", "nothing"]
    assert maple.one("SELECT soft_bounces FROM member") == 1


def test_what_is_no_report_of_a_mail_of_ours_changes_nothing(maple, stack):
    token = planned(maple)
    for text, options in (
        ("Subject: on holiday\n\nback soon", ()),
        (report(uuid.uuid4().hex), ()),
        (report(token).replace("bounces+", "owner+x"), ()),
        (report(token), ("--to", "somebody@maple.example")),
    ):
        taken_in(stack, text, *options, code=3)
    assert maple.one("SELECT count(*) FROM member WHERE bounced_at IS NULL AND soft_bounces = 0") == 1
    taken_in(stack, report("0"), "--to", f"bounces+{token}@{HOME}")
    assert maple.one("SELECT bounce_reply FROM member") == "5.1.1"


def test_an_address_that_the_server_itself_refuses_gets_no_more(maple, stack, mail):
    mail.fail("RCPT", "550 5.1.1 no such person")
    start(stack)
    maple.finished(maple.run())
    maple.wait_state("refused")
    assert maple.one("SELECT bounce_reply FROM member") == "5.1.1"
    maple.member("other@maple.example")
    maple.finished(maple.run("Failed"))
    maple.wait_state("accepted")
    assert len(maple.rows(member_id=maple.members[0])) == 1, "not even one that is needed"


def test_what_postfix_sends_back_ends_the_mails_to_that_address(maple, stack, mail):
    """Sent through postfix, whose next server does not know one of the two owners; its report comes to the return address."""
    maple.member("second@maple.example")
    with MailSink() as home, Postfix({"maple.example": mail.port, HOME: home.port}) as postfix:
        mail.fail("RCPT", "550 5.1.1 no such person")
        start(stack, ROLLCALL_SMTP_URL=postfix.url, ROLLCALL_MAIL_BOUNCE_ADDRESS=f"bounces@{HOME}")
        maple.finished(maple.run())
        (back,) = home.wait_for(1)
        (arrived,) = mail.wait_for(1)
        assert arrived.sender != back.recipients[0] and arrived.sender.endswith(f"@{HOME}")
        assert back.sender == "<>", "a report never comes back itself"
        answer = taken_in(stack, back.content.decode()).json
        assert answer["taken_as"] == "hard" and answer["status"] == "5.1.1"
        bounced = maple.one("SELECT email FROM member WHERE bounced_at IS NOT NULL")
        assert [bounced] != arrived.recipients
        maple.finished(maple.run("Failed"))
        maple.wait_state("accepted", 3)
        assert [letter.recipients for letter in mail.wait_for(2)] == [arrived.recipients] * 2
