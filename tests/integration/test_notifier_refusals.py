"""Every no that a mail server can say, by the real notifier: what the ledger makes of it, what is tried again, and what `rollcall mail` shows."""

import shutil
import ssl
import subprocess
import uuid

import pytest
from support.mail import HANG_UP, SILENCE, MailSink
from support.process import wait_until
from test_notifier import QUICK, maple, stack, start  # noqa: F401 (fixtures)

pytestmark = pytest.mark.usefixtures("programs")

# A wait is anywhere below its limit, and nobody is to take a slow dialogue for one that a crash left.
ONE_TRY = {"ROLLCALL_MAIL_RETRY_BASE": "24h", "ROLLCALL_MAIL_RETRY_CAP": "24h", "ROLLCALL_MAIL_FOUND_AFTER": "1h"}

# What becomes of a result and of a mail about something that waits (M1).
LATER = ("planned", "planned")
REFUSED = ("refused", "refused")
IN_DOUBT = ("unknown", "planned")
TAKEN = ("accepted", "accepted")

ANSWERS = {
    "GREETING": [("421 4.3.2 too busy", LATER, 421), ("554 5.3.2 no mail is taken here", LATER, 554), ("what is this", LATER, None),
                 (HANG_UP, LATER, None), (SILENCE, LATER, None)],
    "HELO": [("421 4.3.2 too busy", LATER, 421), ("550 5.7.1 not from this host", LATER, 550), (HANG_UP, LATER, 220)],
    "MAIL": [("421 4.3.2 too busy", LATER, 421), ("451 4.3.0 try again", LATER, 451), ("452 4.3.1 no room", LATER, 452),
             ("530 5.7.0 sign in first", LATER, 530), ("550 5.7.1 not from this sender", REFUSED, 550), ("552 5.3.4 too large", REFUSED, 552),
             (HANG_UP, LATER, 250), (SILENCE, LATER, 250)],
    "RCPT": [("421 4.3.2 too busy", LATER, 421), ("450 4.2.1 greylisted", LATER, 450), ("451 4.3.0 try again", LATER, 451),
             ("452 4.2.2 the mailbox is full", LATER, 452), ("550 5.7.1 not wanted", REFUSED, 550), ("551 5.7.1 not here", REFUSED, 551),
             ("552 5.2.2 the mailbox is full", REFUSED, 552), ("553 5.1.8 no such sender", REFUSED, 553), (HANG_UP, LATER, 250)],
    "354": [("421 4.3.2 too busy", LATER, 421), ("451 4.3.0 try again", LATER, 451), ("554 5.5.1 no valid recipients", REFUSED, 554),
            (HANG_UP, LATER, 250)],
    "DATA": [("421 4.3.2 too busy", LATER, 421), ("451 4.3.0 try again", LATER, 451), ("452 4.3.1 no room", LATER, 452),
             ("550 5.7.1 looks like spam", REFUSED, 550), ("552 5.3.4 too large", REFUSED, 552), ("554 5.6.0 not understood", REFUSED, 554),
             (HANG_UP, IN_DOUBT, 354), (SILENCE, IN_DOUBT, 354)],
}


def plan(maple, held=False, member=None):
    """A mail in the ledger, as an intake leaves it."""
    return maple.one("INSERT INTO mail (district_id, member_id, local_day, kind, about, held, message_id, subject, body_text, body_html) VALUES "
                     "(%s, %s, current_date, %s, %s, %s, '<' || uuid7() || '@rollcall.example>', 's', 't', 'h') RETURNING mail_id",
                     maple.id, member or maple.members[0], "held" if held else "result", str(uuid.uuid4()), held)


def tried(maple, mails):
    """Their rows, once each was tried and nobody is at it any more."""
    def rows():
        found = {row["mail_id"]: row for row in maple.rows() if row["mail_id"] in mails}
        return [found[mail] for mail in mails] if all(row["attempts"] and row["state"] != "handed over" for row in found.values()) else None
    return wait_until(rows, "each was tried", 120)


def check_words(row, answer, where):
    assert "@" not in row["smtp_reply"], where
    if answer not in (HANG_UP, SILENCE):
        assert answer in row["smtp_reply"] or row["smtp_code"] is None, (where, row["smtp_reply"])


def check_tried(maple, rows, answer, fates, code, where):
    assert [(row["state"], row["attempts"], row["smtp_code"]) for row in rows] == [(fate, 1, code) for fate in fates], where
    for row in rows:
        check_words(row, answer, where)
        assert (row["state"] == "planned") == (maple.one("SELECT due_at > now() FROM mail WHERE mail_id = %s", row["mail_id"])), where
        assert (row["ended_at"] is None) == (row["state"] == "planned"), where


def check_shown(stack, row):
    """What `mail list` and `mail show` say of it stands in the ledger."""
    listed = {mail["mail"]: mail for mail in stack.cli.json("mail", "list", "-d", "maple", "--state", row["state"])}[str(row["mail_id"])]
    shown = stack.cli.json("mail", "show", str(row["mail_id"]))
    shown = shown[0] if isinstance(shown, list) else shown
    for told in (listed, shown):
        assert (told["attempts"], told["smtp_code"], told["smtp_reply"]) == (row["attempts"], row["smtp_code"], row["smtp_reply"])


@pytest.mark.parametrize("stage", ANSWERS)
def test_what_a_mail_server_says_at_each_step_is_refused_tried_again_or_in_doubt(maple, stack, mail, stage):
    """M1"""
    start(stack, **ONE_TRY)
    for answer, fates, code in ANSWERS[stage]:
        mail.fail_always(stage, answer)
        mails = [plan(maple), plan(maple, held=True)]
        check_tried(maple, tried(maple, mails), answer, fates, code, (stage, answer))
        check_shown(stack, maple.rows(mail_id=mails[1])[0])
    refused = [row for row in maple.rows() if row["state"] == "refused"]
    assert len(maple.all("SELECT * FROM alert WHERE kind = 'mail.refused'")) == len(refused), "an operator hears of each, and of none that is tried again"
    assert maple.one("SELECT bounced_at FROM member WHERE member_id = %s", maple.members[0]) is None, "none of them says that the address is none"

    mail.heal()
    before = {letter.message_id for letter in mail.mails}
    waiting = maple.rows(state="planned")
    maple.do("UPDATE mail SET due_at = now() WHERE state = 'planned'")
    maple.wait_state("accepted", len(waiting))
    taken = [letter.message_id for letter in mail.taken()]
    assert sorted(taken) == sorted(row["message_id"] for row in waiting), "under their own ids, and nothing else"
    assert before == {row["message_id"] for row in maple.rows() if (row["state"] == "unknown" or row["held"]) and row["message_id"] in before}


def test_a_server_that_knows_no_ehlo_is_spoken_to_as_it_wants(maple, stack, mail):
    mail.fail("HELO", "502 5.5.1 what is EHLO")
    start(stack, **ONE_TRY)
    plan(maple)
    maple.wait_state("accepted")


def test_each_recipient_has_an_answer_of_their_own(maple, stack, mail):
    answers = {"full": "452 4.2.2 the mailbox is full", "gone": "550 5.1.1 no such person", "moved": "551 5.1.6 moved", "spam": "550 5.7.1 not wanted", "fine": None}
    members = {name: maple.member(f"{name}@maple.example") for name in answers}
    for name, answer in answers.items():
        if answer:
            mail.fail_for(f"{name}@maple.example", answer)
    start(stack, **ONE_TRY)
    rows = tried(maple, [plan(maple, member=member) for member in members.values()])
    assert {name: row["state"] for name, row in zip(answers, rows)} == \
        {"full": "planned", "gone": "refused", "moved": "refused", "spam": "refused", "fine": "accepted"}
    assert [letter.recipients for letter in mail.taken()] == [["fine@maple.example"]]
    barred = maple.all("SELECT bounce_reply FROM member WHERE bounced_at IS NOT NULL ORDER BY email")
    assert [row["bounce_reply"] for row in barred] == ["5.1.1", "5.1.6"], "and who is said not to be there gets no more"


def test_waits_between_tries_grow_up_to_their_limit(maple, stack, mail):
    mail.fail_always("RCPT", "451 4.3.0 try again")
    start(stack, ROLLCALL_MAIL_RETRY_BASE="6h", ROLLCALL_MAIL_RETRY_CAP="24h")
    (row,) = tried(maple, [plan(maple)])
    waits = []
    for attempt in range(1, 13):
        wait_until(lambda: maple.rows()[0]["attempts"] == attempt and maple.rows()[0]["state"] == "planned", "it was tried once more")
        waits.append(maple.one("SELECT extract(epoch FROM due_at - now()) / 3600 FROM mail"))
        maple.do("UPDATE mail SET due_at = now()")
    assert all(0 < wait <= 24 for wait in waits) and max(waits) > 6 >= waits[0], waits
    assert row["message_id"] == maple.rows()[0]["message_id"]


# ---- TLS and login ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(name="tls", scope="module")
def _tls(tmp_path_factory):
    """Made-up certificates of this machine and of another host, by the name of whom they are for."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl: apt-get install openssl")
    folder = tmp_path_factory.mktemp("tls")
    for name, where in (("here", "IP:127.0.0.1"), ("elsewhere", "DNS:mail.elsewhere.example")):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName={where}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem", "-days", "30"],
                       check=True, capture_output=True)
    return folder


def context(folder, name):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return made


STARTTLS = {"ROLLCALL_SMTP_STARTTLS": "true"}
LOGIN = {"ROLLCALL_SMTP_USER": "rollcall", "ROLLCALL_SMTP_PASSWORD": "made up: 1f2e3d"}


def attempt(maple, stack, sink, **env):
    """The row of one mail after its first try."""
    start(stack, **ONE_TRY, **env, ROLLCALL_SMTP_URL=sink.url)
    return tried(maple, [plan(maple)])[0]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it does not see that smtps is TLS
@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "smtps"])
def test_mails_go_out_encrypted_and_signed_in(maple, stack, tls, implicit):
    with MailSink(context(tls, "here"), implicit, auth_required=True, auth_require_tls=not implicit) as sink:
        row = attempt(maple, stack, sink, **LOGIN, **({} if implicit else STARTTLS), ROLLCALL_SMTP_CA_FILE=str(tls / "here.pem"))
        assert row["state"] == "accepted"
        assert [(letter.secure, letter.login) for letter in sink.taken()] == [(True, "rollcall")]
        assert not stack["notifier"].events("smtp.login-in-clear")


def test_a_login_in_clear_is_warned_of(maple, stack, mail):
    start(stack, **LOGIN)
    stack["notifier"].wait_for_event("smtp.login-in-clear")
    assert LOGIN["ROLLCALL_SMTP_PASSWORD"] not in stack["notifier"].log()


@pytest.mark.parametrize(("server", "env", "code"), [
    (None, STARTTLS, 250),
    ("elsewhere", {**STARTTLS, "ROLLCALL_SMTP_CA_FILE": "elsewhere.pem"}, 220),
    ("here", STARTTLS, 220),
    ("here", {}, 530),
], ids=["no STARTTLS", "another host's certificate", "a certificate that nobody vouches for", "STARTTLS is demanded by the server"])
def test_what_cannot_be_sent_encrypted_waits_and_nothing_of_it_is_said(maple, stack, tls, server, env, code):
    env = {name: str(tls / value) if value.endswith(".pem") else value for name, value in env.items()}
    with MailSink(context(tls, server) if server else None, require_starttls=True) as sink:
        row = attempt(maple, stack, sink, **env)
        assert (row["state"], row["smtp_code"]) == ("planned", code), row["smtp_reply"]
        assert row["smtp_reply"] and sink.mails == []


@pytest.mark.parametrize(("answer", "env", "code"), [
    ("535 5.7.8 wrong name or password", LOGIN, 535),
    ("454 4.7.0 cannot be checked now", LOGIN, 454),
    (None, {}, 530),
], ids=["refused", "for now", "not configured"])
def test_a_login_that_is_refused_is_the_configuration_s_trouble_and_no_mail_s(maple, stack, tls, answer, env, code):
    with MailSink(context(tls, "here"), auth_required=True) as sink:
        if answer:
            sink.fail_always("AUTH", answer)
        row = attempt(maple, stack, sink, **STARTTLS, **env, ROLLCALL_SMTP_CA_FILE=str(tls / "here.pem"))
        assert (row["state"], row["smtp_code"]) == ("planned", code), row["smtp_reply"]
        assert LOGIN["ROLLCALL_SMTP_PASSWORD"] not in stack["notifier"].log()
        assert maple.all("SELECT * FROM alert") == [], "no address is to blame"
        sink.heal()
        if env:
            maple.do("UPDATE mail SET due_at = now()")
            maple.wait_state("accepted")
