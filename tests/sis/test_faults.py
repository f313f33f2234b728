"""The switches of faults and their table. Each fault is tested in test_faults_answers.py or
test_faults_records.py; the last test here fails for one that is not."""

import json
from pathlib import Path

from sis.consumer import Consumer, first_record, nth_record, page
from sis.faults import FAULTS


# ---- which requests a switch takes ---------------------------------------------------------------------------------

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
    third = nth_record(world, nth=3)["sourcedId"]
    sis.fault("maple", "tobedeleted", collection="users", record={"nth": 3})
    assert [user["sourcedId"] for user in page(maple).json()["users"] if user["status"] == "tobedeleted"] == [third]
    assert maple.get(f"users/{third}").json()["user"]["status"] == "tobedeleted"
    sis.clear("maple")
    sis.fault("maple", "tobedeleted", collection="users", record={"id": third})
    assert page(maple).json()["users"][2]["status"] == "tobedeleted"
    assert {user["status"] for user in page(maple, offset=20).json()["users"]} == {"active"}
    sis.fault("maple", "tobedeleted", collection="users", record="all")
    assert {user["status"] for user in page(maple, offset=20).json()["users"]} == {"tobedeleted"}


def test_two_faults_meet_in_onefirst_record(sis, maple):
    sis.fault("maple", "missing-field", collection="users")
    sis.fault("maple", "tobedeleted", collection="users")
    record = first_record(maple)
    assert "givenName" not in record and record["status"] == "tobedeleted"


# ---- the table -----------------------------------------------------------------------------------------------------

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


def test_every_fault_of_the_table_has_a_test():
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in FAULTS if f'"{name}"' not in text] == []
