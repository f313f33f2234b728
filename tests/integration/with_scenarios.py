"""Plays the scenarios of tests/scenarios against the real reconciler: each in a district of its own, all in one database and one process.
What a scenario may say stands in tests/scenarios/README.md; here each word of it is one method."""

import datetime
import json
import re

import yaml
from support.cli import Cli
from support.paths import ROOT
from with_plans import PlannedDistrict
from with_reconciler import LONG, District, dropped, enrollment, record, user

FOLDER = ROOT / "tests/scenarios"
EVERYBODY = re.compile(r"everybody(?: but (?P<but>[^;]*?))?(?: and (?P<more>.*))?$")
DAY = re.compile(r"in (?P<ahead>\d+) days?$|(?P<ago>\d+) days? ago$")
ITEM = re.compile(r"(?P<what>.*?)(?: because (?P<cause>.*?))?(?: \((?P<hold>[^)]*)\))?$")
# Somebody who is always there, of a role that is not rostered: a collection that is suddenly empty would be doubted, which is a scenario of its own.
PORTER = user("porter", role="porter", email="porter@example.org")
BY_HAND = " by hand"
STEP_ORDER = ("settings", "by hand", "change", "change classes", "classes", "terms", "do", "remove source", "sync", "approve", "decline", "decide", "discard", "undo", "remember")


def cast():
    return yaml.safe_load((FOLDER / "cast.yaml").read_text())


def scenarios():
    """Every scenario of every file, with its file's name and what the file says for all of its own."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        page = yaml.safe_load(path.read_text())
        if path.name not in ("cast.yaml", "complaints.yaml"):
            common = page.get("settings", {})
            found += [{"file": path.stem, **scenario, "settings": {**common, **scenario.get("settings", {})}} for scenario in page["scenarios"]]
    return found


def listed(words):
    """'Ada, Ben' → ['Ada', 'Ben']; a list stays one; 'nobody' and 'nothing' are empty."""
    if isinstance(words, str):
        words = [] if words in ("nobody", "nothing") else [word.strip() for word in words.split(",")]
    return words


def date_of(words):
    """'today', 'in 20 days', '3 days ago', or a date as it is: so a story is true in whatever year it is told."""
    match = DAY.match(str(words))
    days = int(match["ahead"] or -int(match["ago"])) if match else 0
    return str(datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=days)) if match or words == "today" else str(words)


def class_id(name, one):
    return one.get("id", f"c-{name.lower().replace(' ', '-')}")


class Source:
    """What one SIS holds: people by name, with the fields they have today."""

    def __init__(self, people, classes, terms):
        self.people, self.classes, self.terms = people, {name: dict(one) for name, one in classes.items()}, {name: dict(one) for name, one in terms.items()}
        self.first, self.now, self.members = None, [], {}
        self.stamp = 0

    def change(self, things, name, fields):
        """Of the people, classes or terms: one has other fields from now on, and a later date of change."""
        self.stamp += 1
        moment = datetime.datetime(2026, 9, 2) + datetime.timedelta(seconds=self.stamp)
        things[name] = {**things[name], **fields, "modified": f"{moment.isoformat()}Z"}

    def set(self, words):
        """'Ada, Ben', or what has changed of who was there first: 'everybody but Ben and Cy' (but … and … are lists)."""
        if isinstance(words, str) and (match := EVERYBODY.match(words)):
            out = listed(match["but"]) if match["but"] else []
            self.now = [name for name in self.first if name not in out] + (listed(match["more"]) if match["more"] else [])
        else:
            self.now = listed(words)
        if self.first is None:
            self.first = self.now

    def roster(self, schools, ids, unreadable=(), twice=()):
        """twice: whose record comes a second time, of an earlier day and marked as deleted."""
        users = [dropped(ids[name]) if name in unreadable else self.user(name, schools, ids) for name in self.now]
        users += [{**self.user(name, schools, ids), "modified": "2025-01-01T00:00:00Z", "deleted": True} for name in twice]
        return {
            "orgs": [record(school, name=name, type="school") for name, school in schools.items()],
            "academicSessions": [record(f"t-{name}", modified=one.get("modified", LONG), title=name, type="term", startDate=date_of(one["begins"]),
                                        endDate=date_of(one["ends"])) for name, one in self.terms.items()],
            "courses": [record("k1", title="Course", org="s1")],
            "classes": [self.klass(name, one, schools) for name, one in self.classes.items()],
            "users": users + [PORTER] * bool(users),
            "enrollments": [enrollment("e-porter", PORTER["id"], "c-maths")] * bool(users) + [
                enrollment(f"e-{ids[who]}-{self.class_id(klass)}", ids[who], self.class_id(klass), role="teacher" if self.people[who]["role"] == "teacher" else "student")
                for klass, members in self.members.items() for who in members if who in self.now],
        }

    def class_id(self, name):
        return class_id(name, self.classes[name])

    def klass(self, name, one, schools):
        more = {field: one[field] for field in ("grades", "classCode") if field in one}
        return record(class_id(name, one), modified=one.get("modified", LONG), title=one.get("title", name), course="k1", school=schools[one["school"]],
                      terms=[f"t-{one.get('term', 'Year')}"], **more)

    def user(self, name, schools, ids):
        fields = {key: value for key, value in self.people[name].items() if value not in ("", None)}
        role, org = fields.pop("role"), schools[fields.pop("school", "North")]
        agents = [ids[child] for child in fields.pop("of", ())]
        return user(ids[name], role=role, org=org, agents=agents, **fields)


class Play:
    """One scenario in its district."""

    def __init__(self, scenario, postgres, database, driver, number):
        self.scenario, self.cli = scenario, Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "owner"})
        self.slug = f"district-{number}"
        self.district = PlannedDistrict(postgres, database, slug=self.slug, driver=driver, staff=True)
        self.application = self.district.one("INSERT INTO application (name, made_by) VALUES (%s, 'test') RETURNING application_id", f"app-{number}")
        self.district.admin.execute("SET ROLE rollcall_owner")      # now the rows of other districts are not seen
        known = cast()
        self.schools = known["schools"]
        self.people = {**known["people"], **scenario.get("people", {})}
        self.ids = {name: name.lower().replace(" ", "-") for name in self.people}
        self.names = {sourced_id: name for name, sourced_id in self.ids.items()}
        self.classes, self.terms = {**known["classes"], **scenario.get("classes", {})}, known["terms"]
        self.class_names = {class_id(name, one): name for name, one in self.classes.items()}
        self.sources = {"SIS": (self.district.source, self.source())}
        self.run, self.runs = None, []
        self.days = {}

    def source(self):
        """A source that holds nobody yet."""
        return Source({name: self.fields(name) for name in self.people}, self.classes, self.terms)

    def fields(self, name):
        """A person of the cast, with everything filled in."""
        known = dict(self.people[name])
        like = known.pop("like", None)
        base = self.fields(like) if like else {"givenName": name, "familyName": "Maple"}
        return {**base, **known}

    def close(self):
        self.district.close()

    # ---- the story ----

    def all(self):
        self.set(self.scenario.get("settings", {}))
        if "start" in self.scenario:
            first = self.scenario["start"]
            self.step({"sync": first} if not isinstance(first, dict) else first)
            self.step({"approve": "all"})
        for number, step in enumerate(self.scenario["story"], 1):
            try:
                self.step(step)
            except AssertionError as error:
                raise AssertionError(f"{self.scenario['file']}: {self.scenario['title']}\nstep {number}, {step}: {error}") from error

    def step(self, step):
        known = self.district.one("SELECT coalesce(max(history_id), 0) FROM history")
        source = step.get("source", "SIS")
        if source not in self.sources:
            self.add_source(source, step.get("authority", 2))
        self.district.source = self.sources[source][0]
        self.roster = self.sources[source][1]
        known_words = {"source", "authority", "days later", "incomplete", "unreadable", "twice", "asked again", "kind"}
        unknown = [name for name in step if name not in known_words and not any(hasattr(self, method(kind, name)) for kind in ("do", "see"))]
        assert not unknown, f"no such word: {', '.join(unknown)}"
        for name in sorted((name for name in step if hasattr(self, method("do", name))), key=STEP_ORDER.index):
            getattr(self, method("do", name))(step[name], step)
        self.since = known
        for name in step:
            if hasattr(self, method("see", name)):
                getattr(self, method("see", name))(step[name])

    def add_source(self, name, authority):
        made = self.district.one("INSERT INTO source (district_id, name, base_url, auth, authority, verify) VALUES (%s, %s, 'http://other.invalid', 'oauth2', %s, false) "
                                 "RETURNING source_id", self.district.id, name, authority)
        self.sources[name] = made, self.source()
        self.say_schools()

    def say_schools(self):
        """Schools are chosen by name, so those of a second source are chosen as well."""
        self.district.admin.execute("UPDATE district SET policy_version = policy_version + 1 WHERE district_id = %s", [self.district.id])

    # ---- what is done ----

    def set(self, settings):
        for name, value in settings.items():
            name, scope = self.scope(name)
            if name == "schools":
                value = [self.schools.get(one, one) for one in value]
            self.district.set(scope, **{name: value})

    def scope(self, name):
        """'archive-students at North' is a school's own value, 'archive-staff of Library' a source's."""
        own = {" at ": {school: f"school:{known}" for school, known in self.schools.items()},
               " of ": {source: f"source:{known[0]}" for source, known in self.sources.items()}}
        for word, scopes in own.items():
            plain, _, whose = name.partition(word)
            if whose:
                return plain, scopes[whose]
        return name, ""

    def do_settings(self, settings, _):
        self.set(settings)

    def do_change(self, changes, _):
        for name, fields in changes.items():
            self.roster.change(self.roster.people, name, fields)

    def do_change_classes(self, changes, _):
        for name, fields in changes.items():
            self.roster.change(self.roster.classes, name, fields)
            self.class_names[self.roster.class_id(name)] = name

    def do_classes(self, classes, _):
        for name, members in classes.items():
            self.roster.members[name] = listed(members)

    def do_terms(self, terms, _):
        for name, fields in terms.items():
            self.roster.change(self.roster.terms, name, fields)

    def do_sync(self, words, step):
        self.roster.set(words)
        self.district.verify("asked again" in step)
        kinds = {"full": {}, "test": {"test": True}, "delta": {"kind": "delta"}}
        self.run = self.district.sync(
            self.roster.roster(self.schools, self.ids, listed(step.get("unreadable", [])), listed(step.get("twice", []))), days=step.get("days later", 1),
            unsealed=tuple(listed(step.get("incomplete", []))), **kinds[step.get("kind", "full")])
        self.runs.append(self.run)
        if "asked again" in step:
            self.answer(**step["asked again"])
        self.district.compare()

    def answer(self, there="nobody", unknown="nobody"):
        """The SIS is asked by id for who was missing, and knows them or does not."""
        people = [self.roster.user(name, self.schools, self.ids) for name in listed(there)]
        missing = [self.ids[name] for name in listed(unknown)]
        assert set(self.district.asked(self.run)[0]) == {*missing, *(one["id"] for one in people)}, "who is asked for"
        District.answer(self.district, self.run, active=people, unknown=missing)

    def chosen(self, words):
        """Undecided items by their sentences; all: every one."""
        if words == "all":
            return None
        wanted, items = listed(words), self.district.items()
        found = [item for item in items if any(self.is_said(item, one) for one in wanted)]
        assert len(found) >= len(wanted), f"waiting are only {[self.sentence(item) for item in items]}"
        return found

    def do_remove_source(self, name, _):
        self.do_do(f"source remove --source {name} --yes", {})
        self.district.decided()
        self.district.compare()

    def do_approve(self, words, _):
        self.district.approve(self.chosen(words))
        self.district.compare()

    def do_decline(self, words, _):
        self.district.decide("declined", self.chosen(words))
        self.district.compare()

    def do_decide(self, words, _):
        """Several words about one plan, heard together."""
        for decision, items in words.items():
            self.district.say({"approve": "approved", "decline": "declined"}[decision], self.chosen(items))
        self.district.decided()
        self.district.compare()

    def do_discard(self, _words, _):
        self.district.discard()
        self.district.compare()

    def do_undo(self, words, _):
        """The last run, or the one so many before it."""
        self.district.undo(self.runs[-1 - {"the last run": 0, "the run before": 1}[words]])
        self.district.compare()

    def do_by_hand(self, acts, _):
        for act, what in acts.items():
            getattr(self, method("hand", act))(what)

    def hand_add(self, people):
        for fields in people.values():
            names = {"given": "given_name", "family": "family_name"}
            columns = {names.get(name, name): value for name, value in fields.items()}
            self.district.admin.execute(f"INSERT INTO account (district_id, origin, {', '.join(columns)}) VALUES (%s, 'hand', {', '.join(['%s'] * len(columns))})",
                                        [self.district.id, *columns.values()])

    def hand_edit(self, people):
        for name, fields in people.items():
            for field, value in fields.items():
                self.district.admin.execute(
                    f"UPDATE account SET {field} = %s, version = version + 1, field_versions = field_versions || jsonb_build_object(%s::text, "
                    "coalesce((field_versions->>%s)::int, 0) + 1) WHERE account_id = %s", [value, field, field, self.account(name)])

    def hand_archive(self, name):
        """As an application reports that it archived somebody."""
        self.district.one("SELECT application_edit(%s, %s, %s)", self.application, self.account(name), json.dumps({"status": "archived"}))

    def hand_correct(self, people):
        """As a person corrects details with the tool: one act for all, shown and approved."""
        fields = sorted({field for changes in people.values() for field in changes})
        rows = [",".join(["account", *fields])] + [",".join([str(self.account(name)), *(changes.get(field, "") for field in fields)]) for name, changes in people.items()]
        act = self.cli.json("act", "edit", "--district", self.slug, "--file", "-", "--reason", "corrected", stdin="\n".join(rows) + "\n")
        self.do_do(f"act approve {act['act']} --yes", {})

    def membership(self, klass):
        return self.district.one("SELECT list_id FROM user_list WHERE class_id = %s", self.roster.class_id(klass))

    def hand_enroll(self, classes):
        for klass, name in classes.items():
            self.district.admin.execute("INSERT INTO membership (district_id, list_id, account_id, role, began_on, origin) VALUES (%s, %s, %s, 'student', current_date, 'hand')",
                                        [self.district.id, self.membership(klass), self.account(name)])
            self.district.admin.execute("UPDATE account SET version = version + 1 WHERE account_id = %s", [self.account(name)])

    def named(self, name):
        """A person's record, an account without one, a class, or the act that was prepared last or before that."""
        if name in ("the act", "the act before"):
            return str(self.district.one("SELECT act_id FROM act ORDER BY act_id DESC LIMIT 1 OFFSET %s", int(name != "the act")))
        if name.endswith(BY_HAND):
            return str(self.account(name))
        return self.roster.class_id(name) if name in self.roster.classes else self.ids[name]

    def do_do(self, commands, _):
        """Words for the command line; {Ada} is the person, as a record or an account."""
        for command in [commands] if isinstance(commands, str) else commands:
            words = re.sub(r"\{(.*?)\}", lambda name: self.named(name[1]), command).split()
            self.said = self.cli.run(words[0], words[1], "--district", self.slug, *words[2:]).ok()
        if self.district.one("SELECT count(*) FROM outbox WHERE topic = 'plan.decided'"):
            self.district.decided()
            self.district.admin.execute("DELETE FROM outbox WHERE topic = 'plan.decided'")
            self.district.compare()

    def do_remember(self, name, _):
        """A story is played within seconds: what happened since the last such word happened on the day that is played."""
        for table, column in (("history", "on_date"), ("account_role", "began_on")):     # a day back: midnight may just have passed
            self.district.admin.execute(f"UPDATE {table} SET {column} = %s WHERE {column} >= current_date - 1", [self.district.day])
        self.days[name] = str(self.district.day)

    # ---- what is seen ----

    def account(self, name):
        """'Ada' by her record; 'Ada by hand' is an account of that name that follows none."""
        if name.endswith(BY_HAND):
            return self.district.one("SELECT account_id FROM account a WHERE given_name = %s AND NOT EXISTS (SELECT FROM account_link l WHERE l.account_id = a.account_id)",
                                     name.removesuffix(BY_HAND))
        row = self.district.account_of(self.ids[name])
        assert row, f"{name} has no account"
        return row["account_id"]

    def name_of(self, node):
        """The person of a node: 'r:<source>:<id>', or 'a:<account>'."""
        if node.startswith("r:"):
            return self.names.get(node.split(":", 2)[2], node)
        row = self.district.all("SELECT given_name, (SELECT array_agg(sourced_id) FROM account_link l WHERE l.account_id = a.account_id) AS records "
                                "FROM account a WHERE account_id = %s", node[2:])[0]
        return self.titled(row).split(" + ")[0]

    def sentence(self, item):
        """An item of a plan or of the history, as a person would say it."""
        rests_on = item.get("node") if item["kind"] in ("create", "link") else None
        field = item["field"]
        if item["kind"] == "rename":
            return f"{item['old_value']} is called {item['new_value']}"
        who = self.name_of(rests_on or item["subject"])
        if item["kind"] in ("join", "end"):
            kind, rest = field.split(":", 1)
            if kind == "guardian":
                guardian = self.name_of(rest)
                return f"{guardian} becomes guardian of {who}" if item["kind"] == "join" else f"{guardian} is no longer guardian of {who}"
            name = next((name for known, name in self.class_names.items() if f":{known}:" in field), rest)
            return f"{who} {'joins' if item['kind'] == 'join' else 'leaves'} {name}"
        if item["kind"] == "update":
            return f"{field} of {who} becomes {self.words(item['new_value'])}"
        return f"{item['kind']} {who}"

    def words(self, value):
        """A value as people read it: schools by name, sources not at all."""
        text = re.sub(r"@[0-9a-f-]{36}/", "@", value or "nothing")
        return re.sub(r"@(s\d)", lambda school: " at " + {one: name for name, one in self.schools.items()}[school[1]], text)

    def is_said(self, item, words):
        said = ITEM.match(words)
        return (said["what"] == self.sentence(item) and said["cause"] in (None, item["cause"])
                and ("hold" not in item or said["hold"] in (None, item["hold"])))

    def compare_items(self, wanted, items):
        rest = list(items)
        shown = [f"{self.sentence(item)} because {item['cause']}" + (f" ({item['hold']})" if item.get("hold") else "") for item in items]
        for words in listed(wanted):
            match = next((item for item in rest if self.is_said(item, words)), None)
            assert match is not None, f"expected '{words}', there is {shown}"
            rest.remove(match)
        assert not rest, f"not expected: {[self.sentence(item) for item in rest]} of {shown}"

    def see_waits(self, wanted):
        items = self.district.items()
        if wanted == "something":
            assert items
            return
        self.compare_items(wanted, items)

    def see_held_for(self, wanted):
        """Why the waiting items wait, each reason once."""
        assert {item["hold"] for item in self.district.items()} == set(listed(wanted))

    def see_done(self, wanted):
        """What was applied in this step."""
        entries = self.district.all("SELECT *, 'a:' || account_id AS subject FROM history WHERE history_id > %s ORDER BY history_id", self.since)
        self.compare_items(wanted, entries)

    def see_state(self, wanted):
        assert self.district.run_row(self.run)["state"] == wanted, self.district.run_row(self.run)["state"]

    def see_people(self, wanted):
        """Everybody of the directory: 'Ada, Ben (archived), Tess + Tess at home, Kim by hand'."""
        rows = self.district.all("SELECT a.status, a.given_name, (SELECT array_agg(DISTINCT sourced_id) FROM account_link l WHERE l.account_id = a.account_id) AS records FROM account a")
        shown = sorted(self.titled(row) + (" (archived)" if row["status"] == "archived" else "") for row in rows)
        assert shown == sorted(listed(wanted)), f"the directory holds {', '.join(shown) or 'nobody'}"

    def see_then(self, wanted):
        """Who was there at the end of a day that was remembered."""
        for day, people in wanted.items():
            rows = self.cli.json("directory", "list", "--district", self.slug, "--at", self.days[day])
            shown = sorted(self.titled({**row, "records": row["records"] and row["records"].split(", ")}) + (" (archived)" if row["status"] == "archived" else "") for row in rows)
            assert shown == sorted(listed(people)), f"on {day} the directory held {', '.join(shown) or 'nobody'}"

    def see_active_people(self, wanted):
        """How many active accounts there are."""
        assert self.district.one("SELECT count(*) FROM account WHERE status = 'active'") == wanted

    def titled(self, row):
        """An account by the records that it follows, the shortest name first."""
        names = [self.names[record] for record in row["records"] or []]
        return " + ".join(sorted(names, key=lambda name: (len(name), name))) or row["given_name"] + BY_HAND

    def see_lists(self, wanted):
        for name, members in wanted.items():
            rows = self.district.all("SELECT DISTINCT m.account_id FROM membership m JOIN user_list u USING (district_id, list_id) "
                                     "WHERE u.class_id = %s AND m.ended_on IS NULL", self.roster.class_id(name))
            shown = sorted(self.name_of(f"a:{row['account_id']}") for row in rows)
            assert shown == sorted(listed(members)), f"{name} has {', '.join(shown) or 'nobody'}"

    def see_list_names(self, wanted):
        """What the application calls the lists of these classes."""
        for name, title in wanted.items():
            shown = self.district.one("SELECT title FROM user_list WHERE class_id = %s", self.roster.class_id(name))
            assert shown == title, f"the list of {name} is called {shown}"

    def see_ended_memberships(self, wanted):
        """How many memberships ended, and stand with their date."""
        assert self.district.one("SELECT count(*) FROM membership WHERE ended_on IS NOT NULL") == wanted

    def see_guardians(self, wanted):
        for name, guardians in wanted.items():
            rows = self.district.all("SELECT guardian_id FROM guardianship WHERE student_id = %s AND ended_on IS NULL", self.account(name))
            shown = sorted(self.name_of(f"a:{row['guardian_id']}") for row in rows)
            assert shown == sorted(listed(guardians)), f"{name} has {', '.join(shown) or 'nobody'}"

    def see_values(self, wanted):
        """{Ada: {email: …, roles: …}}: fields of accounts."""
        for name, fields in wanted.items():
            account = self.account(name)
            row = self.district.all("SELECT a.*, (SELECT array_agg(r.role || '@' || r.school_id) FROM account_role r "
                                    "WHERE r.account_id = a.account_id AND r.ended_on IS NULL) AS roles FROM account a WHERE account_id = %s", account)[0]
            for field, value in fields.items():
                shown = self.words(", ".join(sorted(row[field] or []))) if field in ("roles", "grades") else row[field]
                assert shown == value, f"{field} of {name} is {shown}"

    def see_mail(self, wanted):
        """The numbers by which a mail tells of the last run: the question that it asks itself, over all roles."""
        query = (ROOT / "common/letter/sql/facts_people.sql").read_text().replace("$1", "%(run)s").replace("$2", "%(zone)s").replace("$3", "NULL")
        self.district.admin.execute("SET search_path = rollcall, pg_temp")
        roles = next(iter(self.district.admin.execute(re.sub(r"--.*", "", query), {"run": self.run, "zone": "UTC"}).fetchone().values()))
        sums = {word: sum(role[word] for role in roles.values()) for word in ("created", "linked", "changed", "archived", "restored", "held")}
        shown = [f"{number} {word}" for word, number in sums.items() if number]
        assert shown == listed(wanted), f"the mail says {', '.join(shown) or 'nothing'}"

    def see_findings(self, wanted):
        shown = sorted({row["rule"] for row in self.district.findings(self.run)})
        assert set(listed(wanted)) <= set(shown), f"there are {', '.join(shown) or 'none'}"

    def see_situations(self, wanted):
        counted = self.district.run_row(self.run)["counts"]["situations"]
        for name, number in wanted.items():
            assert counted.get(name, 0) == number, f"{name} is {counted.get(name, 0)} of {counted}"

    def see_said(self, wanted):
        """What the last command printed."""
        for words in [wanted] if isinstance(wanted, str) else wanted:
            assert words in self.said.out, f"it said: {self.said.out}"


def method(kind, name):
    return f"{kind}_{name.replace(' ', '_')}"


__all__ = ["FOLDER", "Play", "scenarios"]
