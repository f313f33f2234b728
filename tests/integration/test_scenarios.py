"""The scenarios of tests/scenarios, one test each. `pytest -k "the title's words"` runs one."""

import itertools

import pytest
from with_reconciler import Driver
from with_scenarios import Play, scenarios

ALL = scenarios()
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def place(postgres, migrated_template):
    """One database and one process for all: a scenario has a district of its own."""
    database = postgres.create_database(template=migrated_template)
    driver = Driver(postgres.url("rollcall_reconciler", database), program_name="planner-driver")
    yield postgres, database, driver
    code, error = driver.close()
    postgres.drop_database(database)
    assert code == 0, error


@pytest.mark.parametrize("scenario", ALL, ids=[f"{one['file']}: {one['title']}" for one in ALL])
def test_scenario(place, scenario):
    play = Play(scenario, *place, next(NUMBERS))
    try:
        play.all()
    finally:
        play.close()
