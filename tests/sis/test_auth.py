"""Signatures by the published vectors, tokens, and what is refused."""

import time

import pytest

from sis import auth
from sis.consumer import Consumer, ask_token, basic, bearer, oauth1

_URL = "https://sis.example.org/ims/oneroster/v1p1/users"
_PARAMETERS = [
    ("limit", "100"), ("offset", "0"), ("filter", "givenName='Colin Robert' AND status='active'"),
    ("oauth_consumer_key", "key-1"), ("oauth_nonce", "abc123"), ("oauth_timestamp", "1700000000"),
    ("oauth_version", "1.0"),
]
_OAUTH1 = {"kind": "oauth1", "key": "key-1", "secret": "s3cret&/"}
_OAUTH2 = {"kind": "oauth2", "client_id": "client", "secret": "top secret"}


def _signed(kind):
    text = auth.base_string("GET", _URL, _PARAMETERS + [("oauth_signature_method", kind)])
    return text, auth.signature(kind, text, "s3cret&/")


def test_the_example_of_rfc_5849_has_its_signature():
    parameters = [("oauth_consumer_key", "dpf43f3p2l4k3l03"), ("oauth_token", "nnch734d00sl2jdk"),
                  ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", "137131202"),
                  ("oauth_nonce", "chapoH"), ("file", "vacation.jpg"), ("size", "original")]
    text = auth.base_string("GET", "http://photos.example.net/photos", parameters)
    assert auth.signature("HMAC-SHA1", text, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00") == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


@pytest.mark.parametrize("kind, expected", [
    ("HMAC-SHA1", "fhPJRi9EiFwU2nmDm1Ugmg6C3oo="),
    ("HMAC-SHA256", "1LzzAPQuJ6Cganb7Tdt1qNrvzjnXsTvBlAejmOWvvSs="),
])
def test_the_filter_with_a_blank_has_its_signature(kind, expected):
    text, signature = _signed(kind)
    assert "filter%3DgivenName%253D%2527Colin%2520Robert%2527%2520AND%2520status%253D%2527active%2527%26limit" in text
    assert signature == expected


def test_default_ports_and_capitals_of_the_host_are_not_signed():
    assert auth.base_string("GET", "HTTPS://SIS.Example.org:443/a", []) == \
        auth.base_string("GET", "https://sis.example.org/a", [])
    assert "%3A8443" in auth.base_string("GET", "https://sis.example.org:8443/a", [])


@pytest.fixture(name="signed")
def _signed_district(sis):
    sis.set_auth("maple", **_OAUTH1)
    return sis.base_url("maple")


def _status(base, sign, path="users", query="limit=1"):
    with Consumer(base, sign) as consumer:
        return consumer.raw(path, query).status


@pytest.mark.parametrize("kind", ["HMAC-SHA1", "HMAC-SHA256"])
def test_a_signed_request_is_answered(signed, kind):
    assert _status(signed, oauth1("key-1", "s3cret&/", kind)) == 200


def test_a_signature_covers_a_parameter_with_a_blank(signed):
    query = "filter=familyName%3D%27de%20la%20Cruz%27"
    assert _status(signed, oauth1("key-1", "s3cret&/"), query=query) == 200


def test_a_plus_is_no_blank(signed):
    sign = oauth1("key-1", "s3cret&/")

    def signs_a_blank(method, url, query):
        return sign(method, url, query.replace("+", "%20"))
    assert _status(signed, signs_a_blank, query="filter=familyName%3D%27de+la%27") == 401


def test_a_parameter_that_was_not_signed_is_refused(signed):
    sign = oauth1("key-1", "s3cret&/")
    assert _status(signed, lambda method, url, query: sign(method, url, "")) == 401


def test_an_id_with_odd_signs_can_be_signed(signed, world):
    odd = next(user["sourcedId"] for user in world["users"] if "/" in user["sourcedId"])
    path = "users/" + auth.encode(odd)
    assert _status(signed, oauth1("key-1", "s3cret&/"), path=path, query="") == 200


@pytest.mark.parametrize("sign", [
    None,
    oauth1("key-2", "s3cret&/"),
    oauth1("key-1", "other"),
    oauth1("key-1", "s3cret&/", timestamp=str(int(time.time()) - 400)),
    oauth1("key-1", "s3cret&/", timestamp=str(int(time.time()) + 86400)),    # still early when a long run comes to it
    oauth1("key-1", "s3cret&/", timestamp="soon"),
    oauth1("key-1", "s3cret&/", version="2.0"),
    bearer("key-1"),
], ids=["none", "key", "secret", "late", "early", "no number", "version", "bearer"])
def test_what_is_not_rightly_signed_is_refused(signed, sign):
    with Consumer(signed, sign) as consumer:
        reply = consumer.get("users", limit=1)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith("OAuth")
    assert reply.json()["statusInfoSet"][0]["imsx_codeMinor"] == "unauthorized"


def test_a_nonce_is_good_once(signed):
    sign = oauth1("key-1", "s3cret&/", nonce="once")
    assert [_status(signed, sign), _status(signed, sign)] == [200, 401]


def test_a_district_can_insist_on_one_hash(sis):
    sis.set_auth("maple", **_OAUTH1, methods=["HMAC-SHA256"])
    assert _status(sis.base_url("maple"), oauth1("key-1", "s3cret&/", "HMAC-SHA1")) == 401
    assert _status(sis.base_url("maple"), oauth1("key-1", "s3cret&/", "HMAC-SHA256")) == 200


# ---- OAuth 2 -------------------------------------------------------------------------------------------------------

_FORM = "grant_type=client_credentials&scope=a%20b"


def test_a_token_by_basic_opens_the_roster(sis):
    sis.set_auth("maple", **_OAUTH2)
    reply = ask_token(sis.token_url("maple"), _FORM, {"Authorization": basic("client", "top secret")})
    granted = reply.json()
    assert (reply.status, granted["token_type"], granted["expires_in"]) == (200, "Bearer", 3600)
    assert granted["scope"] == "a b"
    assert _status(sis.base_url("maple"), bearer(granted["access_token"])) == 200


def test_id_and_secret_may_be_encoded_before_base64(sis):
    sis.set_auth("maple", **_OAUTH2)
    assert ask_token(sis.token_url("maple"), _FORM, {"Authorization": basic("client", "top%20secret")}).status == 200


def test_id_and_secret_in_the_body_where_that_is_allowed(sis):
    form = _FORM + "&client_id=client&client_secret=top+secret"
    sis.set_auth("maple", **_OAUTH2)
    assert ask_token(sis.token_url("maple"), form).status == 200
    sis.set_auth("maple", **_OAUTH2, client_auth=["basic"])
    assert ask_token(sis.token_url("maple"), form).status == 401


def test_expires_in_may_be_a_string(sis):
    sis.set_auth("maple", **_OAUTH2, expires_in_as="string", lifetime=7)
    reply = ask_token(sis.token_url("maple"), _FORM, {"Authorization": basic("client", "top secret")})
    assert reply.json()["expires_in"] == "7"


@pytest.mark.parametrize("form, header, status, error", [
    (_FORM, basic("client", "wrong"), 401, "invalid_client"),
    (_FORM, "Basic ???", 401, "invalid_client"),
    (_FORM, "", 401, "invalid_client"),
    ("grant_type=password", basic("client", "top secret"), 400, "unsupported_grant_type"),
])
def test_who_is_not_known_gets_no_token(sis, form, header, status, error):
    sis.set_auth("maple", **_OAUTH2)
    reply = ask_token(sis.token_url("maple"), form, {"Authorization": header})
    assert (reply.status, reply.json()["error"]) == (status, error)


def test_a_token_ends_and_made_up_ones_never_work(sis):
    sis.set_auth("maple", **_OAUTH2, lifetime=0)
    granted = ask_token(sis.token_url("maple"), _FORM, {"Authorization": basic("client", "top secret")}).json()
    assert _status(sis.base_url("maple"), bearer(granted["access_token"])) == 401
    assert _status(sis.base_url("maple"), bearer("made-up")) == 401


def test_demographics_need_their_own_scope(sis):
    scope = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster"
    sis.set_auth("maple", **_OAUTH2, scopes=[f"{scope}-core.readonly"])
    form = f"grant_type=client_credentials&scope={scope}-core.readonly%20{scope}-demographics.readonly"
    granted = ask_token(sis.token_url("maple"), form, {"Authorization": basic("client", "top secret")}).json()
    assert granted["scope"] == f"{scope}-core.readonly"
    assert _status(sis.base_url("maple"), bearer(granted["access_token"])) == 200
    assert _status(sis.base_url("maple"), bearer(granted["access_token"]), path="demographics") == 403


def test_an_oauth1_district_gives_no_tokens(signed, sis):
    assert ask_token(sis.token_url("maple"), _FORM).status == 404
