"""A district whose mirror and plans are real and whose runs are played (with_reconciler.District), with what people do to plans: approve,
decline, discard, undo, pin, exclude, change by hand, change settings."""

import json

from with_reconciler import District, Driver


class PlannedDistrict(District):
    """Uses planner-driver: snapshot.ready goes on through plan, hold and apply."""

    def __init__(self, postgres, database, page_size=100, slug="maple", driver=None, **settings):
        super().__init__(postgres, database, page_size, slug, driver)
        self.set(**{"students": True, "teachers": True, "staff": True, "guardians": "accounts", "schools": ["s1"],
                    "class-lists": True, "class-list-terms": ["all"], "class-list-grades": ["all"], **settings})

    def new_driver(self, **env):
        driver = Driver(self.postgres.url("rollcall_reconciler", self.database), program_name="planner-driver", **env)
        self._drivers.append(driver)
        return driver

    # ---- settings and plans ----

    def set(self, scope="", /, **settings):
        """Of the district, or of 'school:<id>' or 'source:<id>' alone."""
        for name, value in settings.items():
            name = name.replace("_", "-")
            self.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, %s, %s, %s, 'test') "
                               "ON CONFLICT (district_id, scope, name) DO UPDATE SET value = excluded.value", [self.id, scope, name, json.dumps(value)])
            version = self.one("UPDATE district SET policy_version = policy_version + 1 WHERE district_id = %s RETURNING policy_version", self.id)
            self.admin.execute("INSERT INTO setting_history (district_id, scope, name, new_value, set_by, policy_version) "
                               "VALUES (%s, %s, %s, %s, 'test', %s)", [self.id, scope, name, json.dumps(value), version])

    def items(self, undecided=True):
        """Of the open plan."""
        return self.all("SELECT i.* FROM plan_item i JOIN plan p USING (district_id, plan_id) WHERE p.state = 'open'"
                        + (" AND i.outcome IS NULL" if undecided else "") + " ORDER BY item_no")

    def decided(self):
        return self.hand({"topic": "plan.decided", "district": str(self.id), "run": str(self.id)})

    def say(self, decision, items=None):
        """As the tool writes it down: approving all is a word about the plan."""
        self.admin.execute("UPDATE plan SET decided_at = now() WHERE state = 'open'")
        if items is None and decision == "approved":
            self.admin.execute("UPDATE plan SET approved_by = 'owner', approved_at = now() WHERE state = 'open'")
            return
        numbers = [item["item_no"] for item in (self.items() if items is None else items)]
        self.admin.execute("UPDATE plan_item i SET decision = %s, decided_by = 'owner', decided_at = now() FROM plan p "
                           "WHERE p.district_id = i.district_id AND p.plan_id = i.plan_id AND p.state = 'open' AND i.outcome IS NULL AND i.item_no = ANY (%s)",
                           [decision, numbers])

    def decide(self, decision, items=None):
        self.say(decision, items)
        self.decided()

    def approve(self, items=None):
        self.decide("approved", items)

    def discard(self):
        self.admin.execute("UPDATE plan SET state = 'discarded', closed_at = now() WHERE state = 'open'")
        self.decided()

    def undo(self, run, history=None):
        self.admin.execute("INSERT INTO undo (district_id, run_id, history_id, requested_by) VALUES (%s, %s, %s, 'owner')", [self.id, run, history])
        self.decided()

    def answer(self, question, accepted):
        """As the tool writes it down."""
        return self.one("SELECT parted FROM match_say(%s, %s, %s, 'owner')", question["row_no"], question["account_id"], accepted)

    def questions(self):
        return self.all("SELECT q.*, m.sourced_id FROM match_question q JOIN mirror_record m USING (district_id, row_no) ORDER BY row_no, account_id")

    def history(self):
        return self.all("SELECT * FROM history ORDER BY history_id")

    def compare(self):
        """P1: planning the candidates is planning everybody."""
        self.hand({"topic": "plan.compare", "district": str(self.id), "run": str(self.id)})

    # ---- the directory ----

    def account_of(self, sourced_id):
        rows = self.all("SELECT a.* FROM account a JOIN account_link l USING (district_id, account_id) WHERE l.sourced_id = %s", sourced_id)
        return rows[0] if rows else None

    def roles_of(self, sourced_id):
        return {row["role"] for row in self.all(
            "SELECT r.role FROM account_role r JOIN account_link l USING (district_id, account_id) WHERE l.sourced_id = %s AND r.ended_on IS NULL", sourced_id)}

    def members(self, class_id):
        return {row["sourced_id"] for row in self.all(
            "SELECT l.sourced_id FROM membership m JOIN user_list u USING (district_id, list_id) JOIN account_link l USING (district_id, account_id) "
            "WHERE u.class_id = %s AND m.ended_on IS NULL", class_id)}

    def guardians(self, sourced_id):
        return {row["sourced_id"] for row in self.all(
            "SELECT g.sourced_id FROM guardianship s JOIN account_link l ON l.account_id = s.student_id "
            "JOIN account_link g ON g.account_id = s.guardian_id WHERE l.sourced_id = %s AND s.ended_on IS NULL", sourced_id)}

    def directory(self):
        """Everything an application sees, without generated ids and versions."""
        return self.all("""
            SELECT (SELECT array_agg(l.sourced_id ORDER BY l.sourced_id) FROM account_link l WHERE l.account_id = a.account_id) AS records, a.status, a.username,
                   a.given_name, a.family_name, a.email, a.phone, a.grades,
                   (SELECT array_agg(r.role || '@' || r.school_id ORDER BY r.role, r.school_id) FROM account_role r WHERE r.account_id = a.account_id AND r.ended_on IS NULL) AS roles,
                   (SELECT array_agg(u.class_id || ':' || m.role ORDER BY u.class_id, m.role) FROM membership m JOIN user_list u USING (district_id, list_id)
                    WHERE m.account_id = a.account_id AND m.ended_on IS NULL) AS lists
            FROM account a ORDER BY 1, a.family_name, a.email""")
