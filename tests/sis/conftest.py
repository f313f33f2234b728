"""Lets the tests import the package as `sis`, whatever folder pytest is started in, and gives them a server."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sis.client import Sis
from sis.consumer import Consumer
from sis.generate import make_district
from sis.server import running
from sis.version_12 import as_12


@pytest.fixture(scope="session", name="world")
def _world():
    """A district of 120 students, the same for all tests."""
    world = make_district(11, students=120, schools=3)
    world["resources"].extend(as_12(world)["resources"])
    return world


@pytest.fixture(scope="session", name="server")
def _server():
    with running() as server:
        yield server


@pytest.fixture(name="sis")
def _sis(server, world):
    """The control client of a server with the district `maple`, open to everybody."""
    control = Sis(server.url)
    control.reset()
    control.put("maple", world={"collections": world.collections})
    return control


@pytest.fixture(name="maple")
def _maple(sis):
    """Somebody who reads the district `maple`."""
    with Consumer(sis.base_url("maple")) as consumer:
        yield consumer
