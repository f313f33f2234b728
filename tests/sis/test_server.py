"""The pretend SIS without faults: endpoints, paging, queries, errors, the control API."""

import threading

import pytest

from sis.client import ControlError, Sis, SisProcess
from sis.consumer import Consumer
from sis.evolve import evolve
from sis.vocabulary import RESOURCES


@pytest.mark.parametrize("path, resource", RESOURCES.items())
def test_every_endpoint_wraps_its_records_as_the_standard_says(maple, world, path, resource):
    reply = maple.get(path, limit=500)
    expected = [record for record in world[resource.collection] if resource.shows(record)]
    assert expected and reply.status == 200
    assert list(reply.json()) == [resource.collection]
    assert reply.json()[resource.collection] == expected[:500]
    assert reply.headers["X-Total-Count"] == str(len(expected))


@pytest.mark.parametrize("path, resource", RESOURCES.items())
def test_every_endpoint_gives_single_records(maple, world, path, resource):
    record = next(record for record in world[resource.collection] if resource.shows(record))
    reply = maple.get(f"{path}/{record['sourcedId'].replace('/', '%2F').replace('@', '%40')}")
    assert reply.json() == {resource.single: record}
    assert reply.headers["X-Total-Count"] is None


def test_an_id_with_a_slash_is_decoded_once(maple, world):
    odd = next(user for user in world["users"] if "/" in user["sourcedId"])
    path = "users/" + odd["sourcedId"].replace("/", "%2F").replace("@", "%40")
    assert maple.get(path).json()["user"] == odd


def test_a_single_record_of_another_kind_is_unknown(maple, world):
    teacher = world.users_of("teacher")[0]["sourcedId"].replace("/", "%2F").replace("@", "%40")
    assert maple.get(f"students/{teacher}").status == 404
    assert maple.get("users/nobody").json()["statusInfoSet"][0]["imsx_codeMinor"] == "unknown object"


def test_a_page_holds_a_hundred_records_unless_asked_otherwise(maple):
    assert len(maple.get("users").json()["users"]) == 100
    assert len(maple.get("users", limit=7, offset=3).json()["users"]) == 7


def test_all_pages_together_are_the_collection(maple, world):
    found = maple.all("enrollments", "enrollments", limit=97, sort="sourcedId", orderBy="asc")
    assert found == sorted(world["enrollments"], key=lambda record: record["sourcedId"])


def test_beyond_the_end_the_envelope_is_empty(maple, world):
    reply = maple.get("users", offset=100000)
    assert reply.json() == {"users": []}
    assert reply.headers["X-Total-Count"] == str(len(world["users"]))


def test_links_lead_from_page_to_page_and_keep_the_query(maple, world):
    reply = maple.get("users", limit=100, sort="sourcedId", filter="status='active'")
    seen = []
    while True:
        seen += reply.json()["users"]
        links = dict(reversed(part.split("; rel=")) for part in reply.headers["Link"].split(", "))
        if '"next"' not in links:
            break
        path, _, query = links['"next"'].strip("<>").partition("?")
        assert path == f"{maple.base_url}/users" and "filter=status%3D%27active%27" in query
        reply = maple.raw("users", query)
    assert len(seen) == len(world["users"])
    assert '"prev"' in links and '"first"' in links and '"last"' in links


def test_sorting_goes_both_ways_and_breaks_ties_by_id(maple):
    up = [user["familyName"] for user in maple.get("users", limit=2000, sort="familyName").json()["users"]]
    down = maple.get("users", limit=2000, sort="familyName", orderBy="desc").json()["users"]
    assert up == sorted(up)
    assert [user["familyName"] for user in down] == sorted(up, reverse=True)


@pytest.mark.parametrize("text, meets", [
    ("role='student'", lambda user: user["role"] == "student"),
    ("role!='student'", lambda user: user["role"] != "student"),
    ("role='teacher' OR role='aide'", lambda user: user["role"] in ("teacher", "aide")),
    ("role='student' AND grades='03'", lambda user: user["role"] == "student" and "03" in user["grades"]),
    ("orgs.sourcedId='1002'", lambda user: any(org["sourcedId"] == "1002" for org in user["orgs"])),
    ("familyName~'LL'", lambda user: "ll" in user["familyName"].casefold()),
    ("familyName='O''Hara'", lambda user: user["familyName"] == "O'Hara"),
    ("dateLastModified>'2026-10-12T02:30:00Z'", lambda user: user["dateLastModified"] > "2026-10-12T02:30:00.000Z"),
    ("dateLastModified>'2026-10-12'", lambda user: True),
    ("dateLastModified>'2026-10-13'", lambda user: False),
])
def test_filters_select(maple, world, text, meets):
    found = maple.get("users", limit=5000, filter=text).json()["users"]
    assert found == [user for user in world["users"] if meets(user)]


def test_a_filter_may_stand_raw_in_the_url(maple, world):
    email = next(user["email"] for user in world["users"] if "email" in user)
    assert len(maple.raw("users", f"filter=email='{email}'").json()["users"]) == 1


def test_fields_choose_what_a_record_shows(maple):
    record = maple.get("users", limit=1, fields="sourcedId,status").json()["users"][0]
    assert list(record) == ["sourcedId", "status"]


@pytest.mark.parametrize("parameters, minor", [
    ({"limit": 0}, "invalid data"), ({"limit": "1e3"}, "invalid data"), ({"offset": -1}, "invalid data"),
    ({"sort": "shoeSize"}, "invalid_sort_field"), ({"fields": "shoeSize"}, "invalid_selection_field"),
    ({"filter": "shoeSize='1'"}, "invalid_filter_field"), ({"filter": "status=active"}, "invalid_filter_field"),
    ({"filter": "a='1' AND b='2' AND c='3'"}, "invalid_filter_field"),
])
def test_a_query_that_cannot_be_read_is_a_400(maple, parameters, minor):
    reply = maple.get("users", **parameters)
    assert (reply.status, reply.json()["statusInfoSet"][0]["imsx_codeMinor"]) == (400, minor)


@pytest.mark.parametrize("path", ["", "people", "users/a/b", "classes/1/students"])
def test_other_addresses_are_404(maple, path):
    assert maple.get(path).status == 404


def test_other_methods_are_405(maple):
    maple.connection.request("DELETE", maple.path + "/users")
    reply = maple.connection.getresponse()
    assert reply.status == 405 and reply.read()


def test_a_connection_is_kept(maple):
    maple.get("users")
    socket = maple.connection.sock
    maple.get("orgs")
    assert maple.connection.sock is socket is not None


# ---- control -------------------------------------------------------------------------------------------------------

def test_districts_are_apart(sis, maple, world):
    sis.put("oak", generate={"seed": 2, "students": 10, "schools": 1})
    with Consumer(sis.base_url("oak")) as oak:
        assert oak.get("users").headers["X-Total-Count"] != maple.get("users").headers["X-Total-Count"]
    sis.delete("oak")
    with Consumer(sis.base_url("oak")) as oak:
        assert oak.get("users").status == 404
    assert maple.get("users").status == 200


def test_a_world_is_swapped_for_the_next_day(sis, maple, world, tmp_path):
    tomorrow = evolve(world, 1, changed=0.1, leave=5)
    tomorrow.save(tmp_path / "day2.json")
    sis.swap("maple", world_path=str(tmp_path / "day2.json"))
    assert maple.all("users", "users", limit=500) == tomorrow["users"]


def test_counters_tell_what_was_asked_and_what_twice(sis, maple):
    for offset in (0, 100, 100):
        maple.get("users", limit=100, offset=offset, sort="sourcedId")
    maple.get("users/nobody")
    maple.get("orgs")
    counts = sis.counters("maple")
    assert counts["requests"] == {"users": 4, "orgs": 1}
    assert counts["singles"] == {"users": 1}
    assert counts["pages"]["users"] == {"0": 1, "100": 2}
    assert counts["twice"] == [{"resource": "users", "query": "sort=sourcedId", "offset": 100, "count": 2}]
    assert counts["statuses"] == {"200": 4, "404": 1}
    assert sis.log("maple")[0]["query"] == "limit=100&offset=0&sort=sourcedId"
    sis.reset_counters("maple")
    assert sis.counters("maple")["requests"] == {}


def test_counters_tell_how_many_requests_ran_at_once(sis):
    sis.fault("maple", "drip", pause=0.02, piece=2000)

    def read():
        with Consumer(sis.base_url("maple")) as consumer:
            consumer.get("users", limit=50)
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 2 <= sis.counters("maple")["most_at_once"] <= 4


@pytest.mark.parametrize("act", [
    lambda sis: sis.fault("maple", "earthquake"),
    lambda sis: sis.fault("maple", "clamp", least=3),
    lambda sis: sis.fault("nowhere", "clamp"),
    lambda sis: sis.put("maple"),
    lambda sis: sis.put("maple", world_path="/no/such/file"),
    lambda sis: sis.set_auth("maple", kind="oauth3"),
    lambda sis: sis.put("Not-A-Name", world={}),
])
def test_wrong_control_requests_say_why(sis, act):
    with pytest.raises(ControlError) as caught:
        act(sis)
    assert str(caught.value)


def test_a_process_of_its_own_serves_and_stops(tmp_path):
    with SisProcess(tmp_path) as sis:
        sis.put("oak", generate={"seed": 2, "students": 10, "schools": 1, "today": "2026-11-22"})
        with Consumer(sis.base_url("oak")) as oak:
            assert oak.get("students").headers["X-Total-Count"] == "10"
    assert sis.process.returncode == 0
    with pytest.raises(OSError):
        Sis(sis.url).table()
