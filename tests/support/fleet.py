"""Many tiny districts side by side in one stack: each with a story of days, every day a sync of all of them at once. What each day's runs made of
the mirror and of the accounts is held against the days themselves, never against what the programs say of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sis.generate import make_district
from sis.model import Directory
from sis.model_compare import compare
from sis.world import COLLECTIONS, GUARDIAN_ROLES, World, ids_of

from support.stack import SETTLED
from support.twin import OWNERS_CHOICE, Twin, expected_settings, today

ASKED = 2  # processes that set districts up at a time


@dataclass
class Day:
    """One sync of one district: what its source had, and what became of the run."""

    world: World = field(repr=False)
    run: str = ""
    state: str = ""
    failure: str = ""
    unsealed: dict = field(default_factory=dict)    # collection → reason
    findings: tuple = ()

    @property
    def read(self):
        """Did the run get as far as the mirror?"""
        return self.state.startswith("Completed") or self.state == "On hold"


def tiny(seed, students=8, schools=1):
    """A small world in which no two students share an e-mail: nothing of it waits for a person."""
    world = make_district(seed, today=today(), students=students, schools=schools)
    world.collections["users"] = [{**user, "email": f"student{n}@students.example"} if user["role"] == "student" else user
                                  for n, user in enumerate(world["users"])]
    return world


class Story:
    """A district of the fleet and its days."""

    def __init__(self, stack, slug, seed, source=None):
        self.twin = Twin(stack, slug, seed, source={"page_size": 25, **(source or {})}, world=tiny(seed))
        self.slug, self.source_id, self.days = slug, None, []

    @property
    def world(self):
        return self.twin.world

    def lose(self, seed, count=1):
        """Some students leave, with what is theirs."""
        self.twin.next_day(seed, changed=0.0, leave=count)

    def return_all(self, seed):
        self.twin.next_day(seed, changed=0.0, return_=1.0, new=1)

    def rename(self, chance, stamp):
        """Somebody who never leaves, and has one record only, gets another name."""
        sid = next(user["sourcedId"] for user in self.world.users_of("administrator"))
        users = [{**user, "familyName": chance.choice(("Abel", "Baker", "Cole")), "dateLastModified": stamp}
                 if user["sourcedId"] == sid else user for user in self.world["users"]]
        self.twin.world = World(self.world.seed, self.world.today, {**self.world.collections, "users": users}, self.world.away, self.world.serial)
        self.twin.district.show(self.twin.world)

    # ---- what must be true ----------------------------------------------------------------------------------------

    def is_away(self, sid, day):
        """Was the person away on that day and on one before?"""
        shown = [sid in self.days[n].world.by_id("users") for n in range(day + 1)]
        return not shown[-1] and not all(shown[:-1])

    def may_go(self, sid, day):
        """A guardian goes with the last of the students too."""
        first = self.days[0].world.by_id("users").get(sid)
        children = ids_of(first.get("agents")) if first and first["role"] in GUARDIAN_ROLES else []
        return self.is_away(sid, day) or bool(children) and all(self.is_away(child, day) for child in children)

    def expect_end(self):
        """The directory of the model that saw the first day, and the last one as often as it takes."""
        model = Directory()
        for world in (self.days[0].world, self.world, self.world):
            model.apply_day(world, expected_settings(world), today())
        return model.rows()

    def differences(self):
        return compare(self.expect_end(), self.twin.rows())


class Fleet:
    """The districts, and their syncs."""

    def __init__(self, stack):
        self.stack, self.stories = stack, []

    def add(self, plans):
        """plans: (slug, seed, options of `source add`). First syncs are not held: no person is asked here."""
        with ThreadPoolExecutor(ASKED) as pool:
            made = list(pool.map(lambda plan: Story(self.stack, *plan), plans))
        self.stack.sql("UPDATE source SET first_sync = false WHERE first_sync")
        sources = dict(self.stack.sql("SELECT d.slug, s.source_id FROM source s JOIN district d USING (district_id)"))
        for story in made:
            story.source_id = sources[story.slug]
        self.stories += made
        return made

    def sync(self, seconds=600):
        """A run of every district, all at once, to where it ends or waits; a Day is added to each story."""
        runs = {}
        with self.stack.connect() as connection:
            for story in self.stories:
                connection.execute(f"SET rollcall.district = '{story.twin.district.id}'")
                runs[story] = connection.execute("SELECT run_request(%s, 'fleet')", [story.source_id]).fetchone()[0]
                connection.commit()
        ids = list(runs.values())
        self.stack.wait(lambda: self._settled(ids), f"{len(ids)} runs end", seconds)
        self._note(runs)

    def _settled(self, ids):
        return self.stack.sql("SELECT count(*) FROM run WHERE run_id = ANY (%s) AND NOT state = ANY (%s)", [ids, list(SETTLED)]) == [(0,)]

    def _note(self, runs):
        ids = list(runs.values())
        states = {run: (state, failure or "") for run, state, failure in
                  self.stack.sql("SELECT run_id, state, failure FROM run WHERE run_id = ANY (%s)", [ids])}
        unsealed, findings = {}, {}
        for run, collection, reason in self.stack.sql("SELECT run_id, collection, reason FROM run_collection WHERE run_id = ANY (%s) "
                                                      "AND sealed IS DISTINCT FROM true", [ids]):
            unsealed.setdefault(run, {})[collection] = reason or ""
        for run, rule in self.stack.sql("SELECT run_id, rule FROM finding WHERE run_id = ANY (%s)", [ids]):
            findings.setdefault(run, []).append(rule)
        for story, run in runs.items():
            story.days.append(Day(story.world, run, *states[run], unsealed.get(run, {}), tuple(findings.get(run, ()))))

    # ---- what must be true ------------------------------------------------------------------------------------------

    def mirrors(self):
        """source → collection → ids that are there, as the mirror has it."""
        found = {}
        for source, collection, ids in self.stack.sql("SELECT source_id, collection, array_agg(sourced_id) FROM mirror_record WHERE present "
                                                      "GROUP BY 1, 2"):
            found.setdefault(source, {})[collection] = set(ids)
        return found

    def wrong_mirrors(self):
        """Sealed collections of the last day that are not what the source had."""
        mirrors, wrong = self.mirrors(), []
        for story in self.stories:
            day = story.days[-1]
            for name in COLLECTIONS if day.read else ():
                due = set(day.world.by_id(name))
                if name not in ("demographics", "resources") and name not in day.unsealed and mirrors[story.source_id].get(name, set()) != due:
                    wrong.append(f"{story.slug}: {name} of run {day.run}, {day.state}")
        return wrong

    def wrong_archives(self):
        """Accounts that were archived while their people were still there."""
        days = {day.run: (story, n) for story in self.stories for n, day in enumerate(story.days)}
        rows = self.stack.sql("SELECT h.run_id, l.sourced_id FROM history h JOIN account_link l USING (district_id, account_id) "
                              "WHERE h.kind = 'archive' AND h.run_id = ANY (%s)", [list(days)])
        return [f"{days[run][0].slug}: {sid} on day {days[run][1]}" for run, sid in rows if not days[run][0].may_go(sid, days[run][1])]
