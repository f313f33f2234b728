"""Faults of whole answers: refusals, outages, broken connections, wrong bodies."""

import email.utils
import gzip
import http.client
import json
import time
from datetime import datetime, timezone

import pytest

from sis.consumer import Consumer, ask_token, basic, bearer, oauth1


# ---- refusals and outages ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, status", [
    ("forbidden", 403), ("error-500", 500), ("error-502", 502), ("error-503", 503), ("error-504", 504)])
def test_refusals_have_the_payload_of_1_1(sis, maple, name, status):
    sis.fault("maple", name, collection="demographics")
    reply = maple.get("demographics")
    assert reply.status == status and reply.json()["statusInfoSet"][0]["imsx_codeMajor"] == "failure"
    assert maple.get("users").status == 200


def test_redirect_leads_to_another_address(sis, maple):
    sis.fault("maple", "redirect", location="http://169.254.169.254/latest/meta-data/")
    reply = maple.get("users", limit=2)
    assert reply.status == 302 and reply.headers["Location"] == "http://169.254.169.254/latest/meta-data/"


def test_redirect_within_leads_to_the_same_page_once(sis, maple):
    sis.fault("maple", "redirect-within")
    reply = maple.get("users", limit=2)
    assert reply.status == 302 and reply.headers["Location"].endswith("/users?limit=2&again=1")
    assert maple.get("users", limit=2, again=1).status == 200


def test_late_waits_before_it_answers(sis, maple):
    sis.fault("maple", "late", seconds=0.3)
    began = time.monotonic()
    assert maple.get("users").status == 200
    assert time.monotonic() - began >= 0.3


def test_wrong_credentials_refuses_tokens_too(sis, maple):
    sis.fault("maple", "wrong-credentials")
    assert maple.get("users").status == 401
    reply = ask_token(sis.token_url("maple"), "grant_type=client_credentials")
    assert (reply.status, reply.json()) == (401, {"error": "invalid_client"})


def test_token_expired_voids_what_was_given_out_until_asked_again(sis):
    sis.set_auth("maple", kind="oauth2", client_id="a", secret="b")

    def ask():
        header = {"Authorization": basic("a", "b")}
        return ask_token(sis.token_url("maple"), "grant_type=client_credentials", header).json()["access_token"]

    def status(token):
        with Consumer(sis.base_url("maple"), bearer(token)) as consumer:
            return consumer.get("users", limit=1).status
    token = ask()
    sis.fault("maple", "token-expired", first=2, last=2)
    assert [status(token) for _ in range(3)] == [200, 401, 401]
    assert status(ask()) == 200


def test_base_404_answers_in_html(sis, maple):
    sis.fault("maple", "base-404")
    reply = maple.get("users")
    assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html")


def test_busy_seconds_date_and_bare(sis, maple):
    sis.fault("maple", "busy-seconds", first=1, last=1, seconds=3)
    sis.fault("maple", "busy-date", first=2, last=2, seconds=30)
    sis.fault("maple", "busy-bare", first=3, last=3)
    replies = [maple.get("users") for _ in range(3)]
    assert {reply.status for reply in replies} == {429}
    assert replies[0].headers["Retry-After"] == "3"
    when = email.utils.parsedate_to_datetime(replies[1].headers["Retry-After"])
    assert 25 <= (when - datetime.now(timezone.utc)).total_seconds() <= 31
    assert replies[2].headers["Retry-After"] is None


# ---- connections ---------------------------------------------------------------------------------------------------

def test_reset_breaks_the_connection_before_or_within_the_answer(sis, maple):
    sis.fault("maple", "reset", last=1)
    with pytest.raises(ConnectionError):
        maple.get("users")
    maple.connection.close()
    sis.clear("maple")
    sis.fault("maple", "reset", after_bytes=500)
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        maple.get("users")


def test_hang_holds_the_answer_back_until_it_is_cleared(sis):
    sis.fault("maple", "hang")
    with Consumer(sis.base_url("maple"), timeout=0.2) as consumer, pytest.raises(TimeoutError):
        consumer.get("users")
    begin = time.monotonic()
    assert sis.clear("maple") == 1
    with Consumer(sis.base_url("maple")) as consumer:
        assert consumer.get("users").status == 200
    assert time.monotonic() - begin < 10


def test_hang_ends_by_itself_with_a_closed_connection(sis, maple):
    sis.fault("maple", "hang", seconds=0.05)
    with pytest.raises(http.client.RemoteDisconnected):
        maple.get("users")


def test_slow_answers_late_and_right(sis, maple, world):
    sis.fault("maple", "slow", seconds=0.2)
    begin = time.monotonic()
    assert maple.get("orgs").json()["orgs"] == world["orgs"]
    assert time.monotonic() - begin >= 0.2


def test_drip_sends_all_but_slowly(sis, maple, world):
    sis.fault("maple", "drip", piece=400, pause=0.01)
    begin = time.monotonic()
    reply = maple.get("orgs")
    assert reply.json()["orgs"] == world["orgs"]
    assert time.monotonic() - begin > len(reply.body) / 400 * 0.01


def test_clock_skew_shows_in_the_date_and_in_what_is_taken_for_now(sis):
    sis.set_auth("maple", kind="oauth1", key="k", secret="s")
    sis.fault("maple", "clock-skew", seconds=7200)
    with Consumer(sis.base_url("maple"), oauth1("k", "s")) as here, Consumer(sis.base_url("maple"), oauth1("k", "s", timestamp=str(int(time.time()) + 7200))) as there:
        refused, taken = here.get("orgs"), there.get("orgs")
    assert (refused.status, taken.status) == (401, 200)
    ahead = email.utils.parsedate_to_datetime(refused.headers["Date"]) - datetime.now(timezone.utc)
    assert 7100 < ahead.total_seconds() < 7300


def test_wrong_length_says_less_than_it_sends(sis, maple, world):
    sis.fault("maple", "wrong-length")
    reply = maple.get("orgs")
    assert len(reply.body) == int(reply.headers["Content-Length"])
    with pytest.raises(json.JSONDecodeError):
        reply.json()


def test_gzip_bomb_is_small_on_the_wire_and_large_behind_it(sis, maple):
    sis.fault("maple", "gzip-bomb", bytes=3_000_000)
    reply = maple.get("orgs")
    assert (reply.headers["Content-Encoding"], len(reply.body) < 10000) == ("gzip", True)
    assert len(gzip.decompress(reply.body)) > 2_900_000


def test_truncated_sends_less_than_it_says(sis, maple):
    sis.fault("maple", "truncated", share=0.25)
    with pytest.raises(http.client.IncompleteRead) as caught:
        maple.get("users")
    assert 0 < len(caught.value.partial) < caught.value.expected


def test_corrupt_gzip_cannot_be_unpacked(sis, maple):
    sis.fault("maple", "corrupt-gzip")
    reply = maple.get("users")
    assert reply.headers["Content-Encoding"] == "gzip"
    with pytest.raises((OSError, EOFError, gzip.zlib.error)):
        gzip.decompress(reply.body)


# ---- bodies --------------------------------------------------------------------------------------------------------

def test_html(sis, maple):
    sis.fault("maple", "html")
    reply = maple.get("users")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert reply.body.startswith(b"<!DOCTYPE html>")


def test_error_200(sis, maple):
    sis.fault("maple", "error-200")
    reply = maple.get("users")
    assert reply.status == 200 and list(reply.json()) == ["statusInfoSet"]


def test_empty_body(sis, maple):
    sis.fault("maple", "empty-body")
    assert (maple.get("users").status, maple.get("users").body) == (200, b"")


@pytest.mark.parametrize("name", ["cut-json", "trailing-garbage", "bom"])
def test_cut_json_trailing_garbage_and_bom_are_not_plain_json(sis, maple, name):
    sis.fault("maple", name)
    reply = maple.get("users")
    assert reply.status == 200
    with pytest.raises(ValueError):
        json.loads(reply.body.decode())
    if name == "bom":
        assert len(json.loads(reply.body)["users"]) == 100


def test_no_envelope_other_envelope_bare_array(sis, maple, world):
    for number, name in enumerate(("no-envelope", "other-envelope", "bare-array"), 1):
        sis.fault("maple", name, first=number, last=number)
    assert maple.get("orgs").json() == {}
    assert maple.get("orgs").json() == {"value": world["orgs"]}
    assert maple.get("orgs").json() == world["orgs"]


def test_status_info_beside_data(sis, maple, world):
    sis.fault("maple", "status-info-beside-data")
    found = maple.get("orgs").json()
    assert found["orgs"] == world["orgs"] and found["statusInfoSet"][0]["imsx_codeMajor"] == "success"


def test_clock_moves_the_date_of_answers(sis, maple):
    def ahead():
        said = email.utils.parsedate_to_datetime(maple.get("orgs").headers["Date"])
        return (said - datetime.now(timezone.utc)).total_seconds()
    assert abs(ahead()) < 60
    sis.fault("maple", "clock", by=3600)
    assert 3500 < ahead() < 3700
