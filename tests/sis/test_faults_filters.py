"""Faults around deltas: filters, revisions, lists that lack people."""

from sis.consumer import user_ids

RECENT = "dateLastModified>'2999-01-01T00:00:00.000Z' AND dateLastModified<='2999-12-31T00:00:00.000Z'"


def test_an_honest_filter_selects_by_date(sis, maple, world):
    stamps = sorted({user["dateLastModified"] for user in world["users"]})
    window = f"dateLastModified>'{stamps[0]}' AND dateLastModified<='{stamps[-2]}'"
    found = {user["sourcedId"] for user in maple.all("users", "users", filter=window)}
    assert found == {user["sourcedId"] for user in world["users"] if stamps[0] < user["dateLastModified"] <= stamps[-2]}


def test_a_filter_is_ignored_refused_or_blind(sis, maple, world):
    everything = len(maple.all("users", "users"))
    assert maple.get("users", filter=RECENT).headers["X-Total-Count"] == "0"
    number = sis.fault("maple", "ignore-filter")
    assert maple.get("users", filter=RECENT).headers["X-Total-Count"] == str(everything)
    sis.clear("maple", number)
    number = sis.fault("maple", "refuse-filter")
    assert (maple.get("users", filter=RECENT).status, maple.get("users").status) == (400, 200)
    sis.clear("maple", number)
    sis.fault("maple", "blind-filter")
    assert maple.get("users", filter="dateLastModified>'2000-01-01'").json()["users"] == []


def test_a_revision_stands_on_every_answer(sis, maple):
    assert maple.get("users").headers["x-perm-rev"] is None
    sis.fault("maple", "revision", value="7")
    assert (maple.get("users").headers["x-perm-rev"], maple.get("orgs").headers["x-perm-rev"]) == ("7", "7")


def test_a_list_may_lack_someone_who_is_there_by_id(sis, maple, world):
    sid = world["users"][0]["sourcedId"]
    sis.fault("maple", "list-lacks", collection="users", record={"id": sid})
    listed = maple.get("users", limit=10000)
    assert sid not in user_ids(listed) and listed.headers["X-Total-Count"] == str(len(user_ids(listed)))
    assert maple.get(f"users/{sid}").json()["user"]["sourcedId"] == sid
    sis.fault("maple", "no-singles")
    assert maple.get(f"users/{sid}").status == 404
