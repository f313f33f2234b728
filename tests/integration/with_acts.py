"""Acts by hand as the tool prepares them and the reconciler carries them out: a played district, the tool, no servers between."""

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict


class Hands:
    """What a person does at the tool, in the district maple."""

    def __init__(self, postgres, database, district):
        self.district = district
        self.cli = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})

    def say(self, noun, verb, *words, **options):
        return self.cli.run(noun, verb, "--district", "maple", *words, **options)

    def ask(self, noun, verb, *words, **options):
        return self.cli.json(noun, verb, "--district", "maple", *words, **options)

    def prepare(self, verb, *words, rows=None):
        """The act as it is shown; rows: a file's lines."""
        if rows is not None:
            return self.ask("act", verb, "--file", "-", "--reason", "asked for", *words, stdin="\n".join(map(str, rows)) + "\n")
        return self.ask("act", verb, "--reason", "asked for", *words)

    def approve(self, act):
        self.ask("act", "approve", act["act"], "--hash", act["hash"][:12], "--yes")
        answer = self.district.decided()
        assert answer[0] == "ok", answer
        return self.ask("act", "show", act["act"])

    def do(self, verb, *words, rows=None):
        return self.approve(self.prepare(verb, *words, rows=rows))

    def undo(self, act):
        self.ask("act", "undo", act["act"], "--yes")
        answer = self.district.decided()
        assert answer[0] == "ok", answer
        return self.ask("act", "show", act["act"])


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, existing_people="update", threshold_change_percent=100, threshold_archive_percent=100)
    yield district
    district.close()


@pytest.fixture
def hands(postgres, database, district):
    return Hands(postgres, database, district)
