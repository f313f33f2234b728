"""The bench's pretend SIS shows what its set holds: every page of every size, singles, totals, days."""

import json
import urllib.error
import urllib.request
from urllib.parse import quote

import pytest

from bench import sets
from bench.static_sis import TOKEN, StaticSis
from support.paths import program

pytestmark = pytest.mark.skipif(not program("bench-sis").exists(), reason="bench-sis is not built: run tests/run, or set ROLLCALL_BIN")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("static") / "set"
    sets.make(made, 150)
    return made


@pytest.fixture
def sis(folder, tmp_path):
    with StaticSis(folder, tmp_path) as server:
        yield server
        assert server.stop() == 0


def ask(sis, path, token=TOKEN):
    request = urllib.request.Request(f"{sis.base_url}/{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer), answer.headers


@pytest.mark.parametrize("limit", [1, 7, 100, 100000])
def test_pages_of_any_size_make_up_the_collection(sis, folder, limit):
    wanted = [json.loads(body) for body in sets.bodies(folder, "orgs")]
    found = []
    while len(found) < len(wanted):
        page, headers = ask(sis, f"orgs?limit={limit}&offset={len(found)}&sort=sourcedId&orderBy=asc")
        assert headers["X-Total-Count"] == str(len(wanted))
        assert 0 < len(page["orgs"]) <= limit
        found += page["orgs"]
    assert found == wanted


def test_behind_the_end_is_an_empty_page(sis, folder):
    count = len(sets.bodies(folder, "users"))
    for offset in (count, count + 1, 10**12):
        assert ask(sis, f"users?limit=10&offset={offset}")[0] == {"users": []}


@pytest.mark.parametrize("day", sets.DAYS)
def test_each_day_shows_its_own_records(sis, folder, day):
    sis.show(day)
    page, _ = ask(sis, "users?limit=100000&offset=0")
    assert page["users"] == [json.loads(body) for body in sets.bodies(folder, "users", day)]


@pytest.mark.parametrize("collection, single", [("users", "user"), ("classes", "class"), ("orgs", "org")])
def test_a_record_is_found_by_its_id(sis, folder, collection, single):
    for body in sets.bodies(folder, collection)[::17]:
        record = json.loads(body)
        assert ask(sis, f"{collection}/{quote(record['sourcedId'], safe='')}")[0] == {single: record}


@pytest.mark.parametrize("path, token, status", [("users/nobody", TOKEN, 404), ("cats", TOKEN, 404), ("users", "other", 401)])
def test_what_is_not_there_or_not_allowed_is_refused(sis, path, token, status):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(sis, path, token)
    assert refused.value.code == status
