"""Each fault does what its line in the table says. A name without a test here fails the last test."""

import email.utils
import gzip
import http.client
import inspect
import json
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from sis.consumer import Consumer, ask_token, basic, bearer
from sis.faults import FAULTS
from sis.vocabulary import RESOURCES


def _users(reply):
    return [user["sourcedId"] for user in reply.json()["users"]]


def _first(world, collection="users", nth=1):
    """The n-th record in the order of ids, which is what switches go by."""
    return sorted(world[collection], key=lambda record: record["sourcedId"])[nth - 1]


def _page(maple, path="users", **parameters):
    return maple.get(path, **{"limit": 20, "sort": "sourcedId", **parameters})


def _record(maple, path="users"):
    """The first record of the first page."""
    return _page(maple, path).json()[RESOURCES[path].collection][0]


# ---- which requests a switch takes -----------------------------------------------------------------------------------------

def test_a_switch_acts_from_the_nth_to_the_mth_request(sis, maple):
    number = sis.fault("maple", "error-503", first=2, last=3)
    assert [maple.get("users").status for _ in range(4)] == [200, 503, 503, 200]
    assert sis.faults("maple") == [{"id": number, "fault": "error-503", "from": 2, "to": 3, "count": 4, "fired": 2}]


def test_a_switch_acts_on_one_collection_of_one_district(sis, maple):
    sis.put("oak", generate={"seed": 2, "students": 10, "schools": 1})
    sis.fault("maple", "error-500", collection="classes")
    assert (maple.get("users").status, maple.get("classes").status) == (200, 500)
    with Consumer(sis.base_url("oak")) as oak:
        assert oak.get("classes").status == 200


def test_a_switch_can_wait_for_one_page_or_for_single_records(sis, maple, world):
    sis.fault("maple", "error-500", offset=100, last=1)
    sis.fault("maple", "error-502", single=True)
    assert [maple.get("users", offset=offset).status for offset in (0, 100, 100)] == [200, 500, 200]
    assert maple.get("orgs/1001").status == 502


def test_a_cleared_switch_acts_no_more(sis, maple):
    first, second = sis.fault("maple", "error-500"), sis.fault("maple", "no-total")
    assert sis.clear("maple", first) == 1
    assert maple.get("users").status == 200 and maple.get("users").headers["X-Total-Count"] is None
    assert sis.clear("maple") == 1 and second != first
    assert maple.get("users").headers["X-Total-Count"]


def test_a_record_is_chosen_by_id_by_number_or_all_are(sis, maple, world):
    third = _first(world, nth=3)["sourcedId"]
    sis.fault("maple", "tobedeleted", collection="users", record={"nth": 3})
    assert [user["sourcedId"] for user in _page(maple).json()["users"] if user["status"] == "tobedeleted"] == [third]
    assert maple.get(f"users/{third}").json()["user"]["status"] == "tobedeleted"
    sis.clear("maple")
    sis.fault("maple", "tobedeleted", collection="users", record={"id": third})
    assert _page(maple).json()["users"][2]["status"] == "tobedeleted"
    assert {user["status"] for user in _page(maple, offset=20).json()["users"]} == {"active"}
    sis.fault("maple", "tobedeleted", collection="users", record="all")
    assert {user["status"] for user in _page(maple, offset=20).json()["users"]} == {"tobedeleted"}


def test_two_faults_meet_in_one_record(sis, maple):
    sis.fault("maple", "missing-field", collection="users")
    sis.fault("maple", "tobedeleted", collection="users")
    record = _record(maple)
    assert "givenName" not in record and record["status"] == "tobedeleted"


# ---- refusals and outages ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, status", [
    ("forbidden", 403), ("error-500", 500), ("error-502", 502), ("error-503", 503), ("error-504", 504)])
def test_refusals_have_the_payload_of_1_1(sis, maple, name, status):
    sis.fault("maple", name, collection="demographics")
    reply = maple.get("demographics")
    assert reply.status == status and reply.json()["statusInfoSet"][0]["imsx_codeMajor"] == "failure"
    assert maple.get("users").status == 200


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


# ---- connections -------------------------------------------------------------------------------------------------------------

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
    assert time.monotonic() - begin < 2


def test_hang_ends_by_itself_with_a_closed_connection(sis, maple):
    sis.fault("maple", "hang", seconds=0.05)
    with pytest.raises(http.client.RemoteDisconnected):
        maple.get("users")


def test_drip_sends_all_but_slowly(sis, maple, world):
    sis.fault("maple", "drip", piece=400, pause=0.01)
    begin = time.monotonic()
    reply = maple.get("orgs")
    assert reply.json()["orgs"] == world["orgs"]
    assert time.monotonic() - begin > len(reply.body) / 400 * 0.01


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


# ---- bodies --------------------------------------------------------------------------------------------------------------------

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


# ---- totals, links, pages -----------------------------------------------------------------------------------------------------

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


def test_repeat_page_and_ignore_offset(sis, maple):
    first, second = (_page(maple, offset=offset).body for offset in (0, 20))
    repeat = sis.fault("maple", "repeat-page")
    assert _page(maple, offset=20).body == first and _page(maple, offset=40).body == second
    sis.clear("maple", repeat)
    sis.fault("maple", "ignore-offset")
    assert _page(maple, offset=40).body == first


def test_ignore_sort_gives_another_order_each_time(sis, maple):
    sis.fault("maple", "ignore-sort")
    once, again = _users(_page(maple)), _users(_page(maple))
    assert once != sorted(once) and once != again


def test_shift_insert_shows_a_record_twice(sis, maple, world):
    sis.fault("maple", "shift-insert", first=2)
    first, second = _users(_page(maple)), _page(maple, offset=20)
    assert _users(second)[0] == first[-1]
    assert second.headers["X-Total-Count"] == str(len(world["users"]) + 1)


def test_shift_remove_misses_a_record(sis, maple, world):
    everybody = sorted(user["sourcedId"] for user in world["users"])
    sis.fault("maple", "shift-remove", first=2, keep_total=True)
    first, second = _users(_page(maple)), _page(maple, offset=20)
    assert first + _users(second) == everybody[:20] + everybody[21:41]
    assert second.headers["X-Total-Count"] == str(len(everybody))


def test_duplicate_same_page_and_across_pages(sis, maple, world):
    sid = _first(world, nth=2)["sourcedId"]
    same = sis.fault("maple", "duplicate-same-page", collection="users", record={"nth": 2},
                     set={"familyName": "Later"})
    users = _page(maple).json()["users"]
    assert [user["sourcedId"] for user in users[1:3]] == [sid, sid] and users[2]["familyName"] == "Later"
    sis.clear("maple", same)
    sis.fault("maple", "duplicate-across-pages", collection="users", record={"nth": 2})
    found = [user["sourcedId"] for user in maple.all("users", "users", sort="sourcedId")]
    assert found.count(sid) == 2 and found[-1] == sid
    assert _page(maple).headers["X-Total-Count"] == str(len(world["users"]) + 1)


# ---- records -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("path, field", [("users", "givenName"), ("orgs", "name"), ("enrollments", "user")])
def test_missing_field(sis, maple, path, field):
    assert field in _record(maple, path)
    sis.fault("maple", "missing-field", collection=path)
    assert field not in _record(maple, path)


def test_unknown_enum_and_enum_case(sis, maple, world):
    case = sis.fault("maple", "enum-case", collection="users")
    assert _record(maple)["role"] == _first(world)["role"].capitalize()
    sis.clear("maple", case)
    sis.fault("maple", "unknown-enum", collection="classes")
    assert _record(maple, "classes")["classType"] == "wizard"


def test_dangling_reference(sis, maple, world):
    sis.fault("maple", "dangling-reference", collection="enrollments", field="class")
    sis.fault("maple", "dangling-reference", collection="users")
    assert _record(maple, "enrollments")["class"]["sourcedId"] == "no-such-id"
    assert _record(maple)["orgs"][0]["sourcedId"] == "no-such-id"


def test_blank_reference(sis, maple, world):
    sis.fault("maple", "blank-reference", collection="enrollments", field="class")
    sis.fault("maple", "blank-reference", collection="users")
    blank = {"href": "", "sourcedId": "", "type": ""}
    assert _record(maple, "enrollments")["class"] == blank
    assert _record(maple)["orgs"] == [*_first(world)["orgs"], blank]


def test_tobedeleted_and_status_spelling(sis, maple):
    sis.fault("maple", "tobedeleted", collection="users")
    sis.fault("maple", "status-spelling", collection="orgs", value="inactive")
    assert (_record(maple)["status"], _record(maple, "orgs")["status"]) == ("tobedeleted", "inactive")


def test_set_fields(sis, maple):
    sis.fault("maple", "set-fields", collection="users", set={"phone": "1"}, remove=["orgs"])
    record = _record(maple)
    assert record["phone"] == "1" and "orgs" not in record


def test_numbers_for_strings(sis, maple):
    for path in ("classes", "academicSessions"):
        sis.fault("maple", "numbers-for-strings", collection=path, record="all")
    classes = _page(maple, "classes").json()["classes"]
    assert all(isinstance(record["sourcedId"], int) and isinstance(record["periods"][0], int) for record in classes)
    assert any(isinstance(record["grades"][0], int) for record in classes)
    assert isinstance(_record(maple, "academicSessions")["schoolYear"], int)


@pytest.mark.parametrize("form, value", [("boolean", True), ("number", 1), ("upper", "TRUE")])
def test_booleans_for_strings(sis, maple, form, value):
    sis.fault("maple", "booleans-for-strings", collection="users", form=form)
    found = _record(maple)["enabledUser"]
    assert (found, type(found)) == (value, type(value))


def test_scalar_for_array_and_array_for_scalar(sis, maple, world):
    scalar = sis.fault("maple", "scalar-for-array", collection="classes")
    record = _record(maple, "classes")
    assert isinstance(record["grades"], str) and isinstance(record["terms"], dict)
    sis.clear("maple", scalar)
    sis.fault("maple", "array-for-scalar", collection="classes")
    record = _record(maple, "classes")
    assert isinstance(record["school"], list) and isinstance(record["sourcedId"], str)


@pytest.mark.parametrize("name, value", [
    ("absent-as-null", None), ("absent-as-empty-text", ""), ("absent-as-empty-list", [])])
def test_absent_as_null_empty_text_empty_list(sis, maple, world, name, value):
    sis.fault("maple", name, collection="users")
    record = _record(maple)
    assert set(record) == RESOURCES["users"].fields
    assert all(record[key] == value for key in set(record) - set(_first(world)))


def test_date_with_time_date_us_and_school_year_range(sis, maple, world):
    first = _first(world, "academicSessions")
    sis.fault("maple", "date-with-time", collection="academicSessions")
    sis.fault("maple", "date-us", collection="demographics")
    sis.fault("maple", "school-year-range", collection="academicSessions")
    session = _record(maple, "academicSessions")
    assert session["startDate"] == first["startDate"] + "T00:00:00.000Z"
    assert session["schoolYear"] == "2026-2027"
    year, month, day = _first(world, "demographics")["birthDate"].split("-")
    assert _record(maple, "demographics")["birthDate"] == f"{month}/{day}/{year}"


def test_broken_utf8(sis, maple):
    sis.fault("maple", "broken-utf8", collection="users")
    body = _page(maple).body
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert json.loads(body.decode("utf-8", "replace"))


def test_nul_escape(sis, maple):
    sis.fault("maple", "nul-escape", collection="users", field="givenName")
    assert b"\\u0000" in _page(maple).body and _record(maple)["givenName"] == "Mu\0ller"


def test_huge_field(sis, maple):
    sis.fault("maple", "huge-field", collection="users")
    assert len(_record(maple)["familyName"]) == 10_000_000
    assert len(_page(maple, offset=20).body) < 100_000


def test_deep_nesting(sis, maple):
    sis.fault("maple", "deep-nesting", collection="users")
    assert b"[" * 2000 + b"]" * 2000 in _page(maple).body


def test_duplicate_keys(sis, maple, world):
    sis.fault("maple", "duplicate-keys", collection="users")
    text = _page(maple).body.decode().split("},{")[0]
    assert text.count('"familyName":') == 2
    assert _record(maple)["familyName"] == "again"


# ---- the table -------------------------------------------------------------------------------------------------------------------

def test_the_control_api_shows_the_table(sis):
    shown = sis.table()
    assert list(shown) == list(FAULTS)
    assert shown["clamp"] == {"stage": "selection", "does": FAULTS["clamp"].does, "options": {"max": 50}}


def test_the_readme_lists_exactly_the_faults_of_the_table():
    lines = (Path(__file__).with_name("README.md")).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| `")]
    listed = {row[0].strip("`"): (row[1], row[2]) for row in rows}
    options = {name: ", ".join(f"{key}={json.dumps(value)}" for key, value in fault.options.items())
               for name, fault in FAULTS.items()}
    assert listed == {name: (fault.does, options[name]) for name, fault in FAULTS.items()}
    assert [row[0].strip("`") for row in rows] == list(FAULTS)


def test_every_fault_of_the_table_is_tested_here():
    text = inspect.getsource(sys.modules[__name__])
    assert [name for name in FAULTS if f'"{name}"' not in text] == []
