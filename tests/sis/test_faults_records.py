"""Faults of collections and of single records: totals, links, pages, values."""

import json

import pytest

from sis.consumer import first_record, nth_record, page, user_ids
from sis.vocabulary import RESOURCES


# ---- totals, links, pages ------------------------------------------------------------------------------------------

def test_no_total_and_no_link(sis, maple):
    sis.fault("maple", "no-total")
    sis.fault("maple", "no-link")
    reply = maple.get("users")
    assert reply.headers["X-Total-Count"] is None and reply.headers["Link"] is None


def test_moving_total_and_wrong_total(sis, maple, world):
    count = len(world["users"])
    moving = sis.fault("maple", "moving-total", step=2)
    assert [maple.get("users").headers["X-Total-Count"] for _ in range(2)] == [str(count + 2), str(count + 4)]
    sis.clear("maple", moving)
    sis.fault("maple", "wrong-total", by=-3)
    assert maple.get("users").headers["X-Total-Count"] == str(count - 3)


@pytest.mark.parametrize("name, text", [
    ("link-unquoted", ";rel=next,"), ("link-single-quotes", "rel='next'"),
    ("link-upper-case", 'REL="next"; title="a, b"'), ("link-relative", "</maple/ims/oneroster/v1p1/users?"),
])
def test_link_unquoted_single_quotes_upper_case_relative(sis, maple, name, text):
    sis.fault("maple", name)
    assert text in maple.get("users").headers["Link"]


def test_link_several(sis, maple):
    sis.fault("maple", "link-several")
    found = maple.get("users", offset=100, limit=10).headers.get_all("Link")
    assert [text.rpartition("rel=")[2] for text in found] == ['"first"', '"prev"', '"next"', '"last"']


def test_link_loop(sis, maple):
    sis.fault("maple", "link-loop")
    assert maple.get("users", offset=40, limit=20).headers["Link"] == \
        f'<{maple.base_url}/users?limit=20&offset=40>; rel="next"'


def test_empty(sis, maple):
    sis.fault("maple", "empty", collection="users")
    reply = maple.get("users")
    assert reply.json() == {"users": []} and reply.headers["X-Total-Count"] == "0"


def test_clamp_gives_every_record_to_who_counts_what_came(sis, maple, world):
    sis.fault("maple", "clamp", max=30)
    reply = maple.get("users", limit=1000)
    assert len(reply.json()["users"]) == 30 and "offset=30>" in reply.headers["Link"]
    assert len(maple.all("users", "users", limit=1000)) == len(world["users"])


def test_short_pages_give_every_record_to_who_counts_what_came(sis, maple, world):
    sis.fault("maple", "short-pages", fewer=7, offset=50)
    assert len(maple.get("users", limit=50, offset=50).json()["users"]) == 43
    assert len(maple.all("users", "users", limit=50)) == len(world["users"])


def test_shrinking_pages_give_every_record_to_who_counts_what_came(sis, maple, world):
    sis.fault("maple", "shrinking-pages", step=4)
    assert [len(maple.get("users", limit=50, offset=offset).json()["users"]) for offset in (0, 46)] == [46, 42]
    assert len(maple.all("users", "users", limit=50)) == len(world["users"])


def test_repeat_page_and_ignore_offset(sis, maple):
    first, second = (page(maple, offset=offset).body for offset in (0, 20))
    repeat = sis.fault("maple", "repeat-page")
    assert page(maple, offset=20).body == first and page(maple, offset=40).body == second
    sis.clear("maple", repeat)
    sis.fault("maple", "ignore-offset")
    assert page(maple, offset=40).body == first


def test_ignore_sort_gives_another_order_each_time(sis, maple):
    sis.fault("maple", "ignore-sort")
    once, again = user_ids(page(maple)), user_ids(page(maple))
    assert once != sorted(once) and once != again


def test_shift_insert_shows_a_record_twice(sis, maple, world):
    sis.fault("maple", "shift-insert", first=2)
    first, second = user_ids(page(maple)), page(maple, offset=20)
    assert user_ids(second)[0] == first[-1]
    assert second.headers["X-Total-Count"] == str(len(world["users"]) + 1)


def test_shift_remove_misses_afirst_record(sis, maple, world):
    everybody = sorted(user["sourcedId"] for user in world["users"])
    sis.fault("maple", "shift-remove", first=2, keep_total=True)
    first, second = user_ids(page(maple)), page(maple, offset=20)
    assert first + user_ids(second) == everybody[:20] + everybody[21:41]
    assert second.headers["X-Total-Count"] == str(len(everybody))


def test_duplicate_same_page_and_across_pages(sis, maple, world):
    sid = nth_record(world, nth=2)["sourcedId"]
    same = sis.fault("maple", "duplicate-same-page", collection="users", record={"nth": 2},
                     set={"familyName": "Later"})
    users = page(maple).json()["users"]
    assert [user["sourcedId"] for user in users[1:3]] == [sid, sid] and users[2]["familyName"] == "Later"
    sis.clear("maple", same)
    sis.fault("maple", "duplicate-across-pages", collection="users", record={"nth": 2})
    found = [user["sourcedId"] for user in maple.all("users", "users", sort="sourcedId")]
    assert found.count(sid) == 2 and found[-1] == sid
    assert page(maple).headers["X-Total-Count"] == str(len(world["users"]) + 1)


# ---- records -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("path, field", [("users", "givenName"), ("orgs", "name"), ("enrollments", "user")])
def test_missing_field(sis, maple, path, field):
    assert field in first_record(maple, path)
    sis.fault("maple", "missing-field", collection=path)
    assert field not in first_record(maple, path)


def test_unknown_enum_and_enum_case(sis, maple, world):
    case = sis.fault("maple", "enum-case", collection="users")
    assert first_record(maple)["role"] == nth_record(world)["role"].capitalize()
    sis.clear("maple", case)
    sis.fault("maple", "unknown-enum", collection="classes")
    assert first_record(maple, "classes")["classType"] == "wizard"


def test_dangling_reference(sis, maple, world):
    sis.fault("maple", "dangling-reference", collection="enrollments", field="class")
    sis.fault("maple", "dangling-reference", collection="users")
    assert first_record(maple, "enrollments")["class"]["sourcedId"] == "no-such-id"
    assert first_record(maple)["orgs"][0]["sourcedId"] == "no-such-id"


def test_blank_reference(sis, maple, world):
    sis.fault("maple", "blank-reference", collection="enrollments", field="class")
    sis.fault("maple", "blank-reference", collection="users")
    blank = {"href": "", "sourcedId": "", "type": ""}
    assert first_record(maple, "enrollments")["class"] == blank
    assert first_record(maple)["orgs"] == [*nth_record(world)["orgs"], blank]


def test_tobedeleted_and_status_spelling(sis, maple):
    sis.fault("maple", "tobedeleted", collection="users")
    sis.fault("maple", "status-spelling", collection="orgs", value="inactive")
    assert (first_record(maple)["status"], first_record(maple, "orgs")["status"]) == ("tobedeleted", "inactive")


def test_set_fields(sis, maple):
    sis.fault("maple", "set-fields", collection="users", set={"phone": "1"}, remove=["orgs"])
    record = first_record(maple)
    assert record["phone"] == "1" and "orgs" not in record


def test_numbers_for_strings(sis, maple):
    for path in ("classes", "academicSessions"):
        sis.fault("maple", "numbers-for-strings", collection=path, record="all")
    classes = page(maple, "classes").json()["classes"]
    assert all(isinstance(record["sourcedId"], int) and isinstance(record["periods"][0], int) for record in classes)
    assert any(isinstance(record["grades"][0], int) for record in classes)
    assert isinstance(first_record(maple, "academicSessions")["schoolYear"], int)


@pytest.mark.parametrize("form, value", [("boolean", True), ("number", 1), ("upper", "TRUE")])
def test_booleans_for_strings(sis, maple, form, value):
    sis.fault("maple", "booleans-for-strings", collection="users", form=form)
    found = first_record(maple)["enabledUser"]
    assert (found, type(found)) == (value, type(value))


def test_scalar_for_array_and_array_for_scalar(sis, maple, world):
    scalar = sis.fault("maple", "scalar-for-array", collection="classes")
    record = first_record(maple, "classes")
    assert isinstance(record["grades"], str) and isinstance(record["terms"], dict)
    sis.clear("maple", scalar)
    sis.fault("maple", "array-for-scalar", collection="classes")
    record = first_record(maple, "classes")
    assert isinstance(record["school"], list) and isinstance(record["sourcedId"], str)


@pytest.mark.parametrize("name, value", [
    ("absent-as-null", None), ("absent-as-empty-text", ""), ("absent-as-empty-list", [])])
def test_absent_as_null_empty_text_empty_list(sis, maple, world, name, value):
    sis.fault("maple", name, collection="users")
    record = first_record(maple)
    assert set(record) == RESOURCES["users"].fields
    assert all(record[key] == value for key in set(record) - set(nth_record(world)))


def test_date_with_time_date_us_and_school_year_range(sis, maple, world):
    first = nth_record(world, "academicSessions")
    sis.fault("maple", "date-with-time", collection="academicSessions")
    sis.fault("maple", "date-us", collection="demographics")
    sis.fault("maple", "school-year-range", collection="academicSessions")
    session = first_record(maple, "academicSessions")
    assert session["startDate"] == first["startDate"] + "T00:00:00.000Z"
    assert session["schoolYear"] == "2026-2027"
    year, month, day = nth_record(world, "demographics")["birthDate"].split("-")
    assert first_record(maple, "demographics")["birthDate"] == f"{month}/{day}/{year}"


def test_broken_utf8(sis, maple):
    sis.fault("maple", "broken-utf8", collection="users")
    body = page(maple).body
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert json.loads(body.decode("utf-8", "replace"))


def test_nul_escape(sis, maple):
    sis.fault("maple", "nul-escape", collection="users", field="givenName")
    assert b"\\u0000" in page(maple).body and first_record(maple)["givenName"] == "Mu\0ller"


def test_huge_field(sis, maple):
    sis.fault("maple", "huge-field", collection="users")
    assert len(first_record(maple)["familyName"]) == 10_000_000
    assert len(page(maple, offset=20).body) < 100_000


def test_deep_nesting(sis, maple):
    sis.fault("maple", "deep-nesting", collection="users")
    assert b"[" * 2000 + b"]" * 2000 in page(maple).body


def test_duplicate_keys(sis, maple, world):
    sis.fault("maple", "duplicate-keys", collection="users")
    text = page(maple).body.decode().split("},{")[0]
    assert text.count('"familyName":') == 2
    assert first_record(maple)["familyName"] == "again"
