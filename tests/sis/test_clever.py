"""The pretend Clever answers as Clever's own descriptions say."""

import base64
import http.client
import json

import pytest

from sis import clever, clever_world


class Caller:
    """Asks one server over one connection's worth of plain HTTP."""

    def __init__(self, server, token="token-1"):
        self.port, self.token = server.server_address[1], token

    def get(self, path, authorization=None):
        """(status, content type, headers, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Authorization": authorization or f"Bearer {self.token}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.getheader("Content-Type"), answer.headers, body

    def json(self, path):
        """The body of an answer that must be whole."""
        status, _, _, body = self.get(path)
        assert status == 200
        return json.loads(body)


@pytest.fixture(name="server")
def _server():
    with clever.running() as server:
        yield server


@pytest.fixture(name="district")
def _district(server):
    return server.add(clever_world.make())


@pytest.fixture(name="caller")
def _caller(server, district):
    return Caller(server, district.token)


def basic(name, secret):
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_tokens_are_listed_flat_for_who_shows_the_secret(caller, district):
    mine = basic(clever.CLIENT, clever.SECRET)
    rows = json.loads(caller.get("/oauth/tokens?owner_type=district", mine)[3])["data"]
    assert [(row["owner"]["id"], row["access_token"]) for row in rows] == [(district.id, "token-1")]
    assert json.loads(caller.get("/oauth/tokens?district=5", mine)[3])["data"] == []
    district.listed = False
    assert json.loads(caller.get("/oauth/tokens?owner_type=district", mine)[3])["data"] == []
    assert caller.get("/v3.1/users")[0] == 401
    assert caller.get("/oauth/tokens", basic(clever.CLIENT, "wrong"))[0] == 401


def test_rows_are_wrapped_twice_and_pages_name_the_next_by_its_cursor_alone(caller, district):
    found, path = [], "/v3.1/users?limit=5"
    while path:
        page = caller.json(path)
        found += [row["data"]["id"] for row in page["data"]]
        after = [link["uri"] for link in page["links"] if link["rel"] == "next"]
        assert all(uri == f"/v3.1/users?starting_after={found[-1]}" for uri in after)
        path = f"{after[0]}&limit=5" if after else None
    assert found == sorted(user["id"] for user in district.world["users"])


def test_errors_come_as_clever_has_them(server, caller):
    assert caller.get("/v3.1/users?limit=10001")[0] == 413
    assert caller.get("/v3.1/users/abc")[::3] == (404, b'{"message":"Resource not found"}')
    assert caller.get("/v2.0/users")[:2] == (404, "text/html")
    server.fail("/v3.1/users", 504)
    assert [caller.get("/v3.1/users")[0] for _ in range(2)] == [504, 200]
    server.open_window(limit=1, seconds=600)
    assert caller.get("/v3.1/users")[0] == 200
    status, _, headers, body = caller.get("/v3.1/users")
    assert (status, body) == (429, b"") and int(headers["X-RateLimit-Reset"]) > 0


def test_the_feed_is_oldest_first_and_its_end_can_be_asked_for(caller, district):
    district.show(clever_world.next_day(district.world))
    events = [row["data"] for row in caller.json("/v3.1/events?limit=1000")["data"]]
    assert [event["id"] for event in events] == sorted(event["id"] for event in events)
    assert {"users.created", "users.updated", "users.deleted", "sections.updated", "terms.created", "terms.deleted"} <= {
        event["type"] for event in events}
    newest = caller.json("/v3.1/events?ending_before=last&limit=1")["data"]
    assert [row["data"]["id"] for row in newest] == [events[-1]["id"]]
    mine = caller.json(f"/v3.1/events?starting_after={events[0]['id']}&record_type=terms&record_type=courses")["data"]
    assert {row["data"]["type"].split(".")[0] for row in mine} == {"terms"}
    moved = next(event for event in events if event["type"] == "sections.updated")
    assert set(moved["data"]["previous_attributes"]["students"]) != set(moved["data"]["object"]["students"])
    district.forget_events()
    assert caller.get(f"/v3.1/events?starting_after={events[0]['id']}")[0] == 400


def test_what_is_hidden_is_named_by_others_and_shown_by_none(caller, district):
    named = {one for section in district.world["sections"] for one in section["students"]}
    shown = {row["data"]["id"] for row in caller.json("/v3.1/users?limit=1000")["data"]}
    assert len(named - shown) == 1
    district.hidden = {section["id"] for section in district.world["sections"]}
    assert caller.json("/v3.1/sections")["data"] == []
