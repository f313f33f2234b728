"""How the SIS of each vendor differs from the standard's, as far as profiles (schemas/profiles) speak of it."""

import hashlib
import http.cookies
from dataclasses import dataclass, field, replace

from sis.world import ids_of, reference

_COOKIE = "ARRAffinity"


@dataclass(frozen=True)
class Vendor:
    """One line of the table. The defaults are what the standard says."""

    prefix: str = ""                            # of the path, before /ims/oneroster
    token: str = "/oauth/token"
    auth: dict = field(default_factory=dict)    # beside kind, key and secret
    form_type: bool = False                     # refuses what does not say that it brings a form
    cookies: bool = False                       # a token counts only with the cookie that came with it
    clamp: int = 0                              # the most records of a page, whatever limit says
    totals: bool = True                         # X-Total-Count and Link
    sorts: bool = True                          # else sort is refused
    revision: str = ""                          # x-perm-rev
    shape: object = None                        # world → what is shown of it

    def refusal(self, request):
        """Why the request is refused before anything else: a status and words, or None."""
        if self.form_type and request.headers.get("Content-Type", "") != "application/x-www-form-urlencoded":
            return 415, "a form is due"
        if not self.sorts and "sort=" in request.query:
            return 400, "sort is not known here"
        return None

    def cookie_is_missing(self, request):
        """Has the client lost the cookie of its token?"""
        if not self.cookies:
            return False
        jar = http.cookies.SimpleCookie(request.headers.get("Cookie", ""))
        return _COOKIE not in jar

    def token_headers(self):
        """What stands beside a token."""
        return [("Set-Cookie", f"{_COOKIE}=9dddcbdc; Path=/; HttpOnly")] if self.cookies else []

    def page_headers(self):
        """What stands beside a page."""
        return [("x-perm-rev", self.revision)] if self.revision else []


# ---- shapes --------------------------------------------------------------------------------------------------------

def _with_nulls(world):
    """Aeries: null for what has no value, relative references, classes of elementary schools without a title."""
    collections = {name: [{"metadata": None, **record} for record in records] for name, records in world.collections.items()}
    collections["orgs"] = [{"parent": None, "identifier": None, **record} for record in collections["orgs"]]
    collections["classes"] = [{**record, "title": ""} if number % 3 == 0 else record
                              for number, record in enumerate(collections["classes"])]
    return replace(world, collections=collections)


def row_id(person, school):
    """The id of a person's row at a school."""
    return hashlib.md5(f"{person}|{school}".encode()).hexdigest()


def _at_school(user, school):
    row = {name: value for name, value in user.items() if name not in ("agents", "roles", "role", "orgs", "primaryOrg")}
    roles = [role for role in user.get("roles", ()) if role["org"]["sourcedId"] == school]
    row["roles"] = roles or [{"roleType": "primary", "role": user["role"], "org": reference("org", school)}]
    return {**row, "sourcedId": row_id(user["sourcedId"], school), "status": "active", "agentSourceIds": None,
            "userMasterIdentifier": user["sourcedId"], "identifier": user["sourcedId"]}


def _schools_of(user):
    return list(dict.fromkeys([role["org"]["sourcedId"] for role in user.get("roles", ())] or ids_of(user.get("orgs", ()))))


def rows_per_school(world):
    """Ed-Fi: everybody stands there once for each school, under an id of each; nobody names guardians; nobody is ever deleted."""
    users = [(user, _schools_of(user)) for user in world["users"]]
    rows = {user["sourcedId"]: schools for user, schools in users}
    collections = {name: [{**record, "status": "active"} for record in records] for name, records in world.collections.items()}
    collections["users"] = [_at_school(user, school) for user, schools in users for school in schools]

    def own_row(person, school):
        schools = rows.get(person) or [school]
        return row_id(person, school if school in schools else schools[0])

    collections["enrollments"] = [
        {**record, "user": reference("user", own_row(record["user"]["sourcedId"], record["school"]["sourcedId"]))}
        for record in collections["enrollments"]]
    collections["demographics"] = [{**record, "sourcedId": row_id(record["sourcedId"], school)}
                                   for record in collections["demographics"] for school in rows.get(record["sourcedId"], ())]
    return replace(world, collections=collections)


# ---- the table -----------------------------------------------------------------------------------------------------

_CAMPUS = Vendor("/campus/api", "/campus/oauth2/token", {"client_auth": ["basic"], "needs_query": "appName=maple", "form_in": "query"})
APPLICATION = "MoYPlyQWmG0%3D"

VENDORS = {
    "classlink": Vendor(revision="17"),
    "classlink-proxy": Vendor(prefix=f"/{APPLICATION}", revision="17"),
    "infinite-campus-1.1": _CAMPUS,
    "infinite-campus-1.2": _CAMPUS,
    "skyward-sms": Vendor("/api", "/api/token", {"client_auth": ["basic"]}),
    "skyward-qmlativ": Vendor(),
    "synergy": Vendor(token="/oauth2/token", form_type=True, cookies=True, auth={"client_auth": ["basic"]}),
    "aeries": Vendor("/aeries", "/aeries/token", {"client_auth": ["basic"], "lifetime": 21600}, cookies=True, shape=_with_nulls),
    "powerschool": Vendor(token="/oauth/access_token", auth={"client_auth": ["basic"], "expires_in_as": "string"}, clamp=20),
    "eschoolplus": Vendor(),
    "ed-fi": Vendor(clamp=25, totals=False, shape=rows_per_school),
    "generic-1.1": Vendor(),
    "generic-1.2": Vendor(),
    "sortless": Vendor(sorts=False, auth={"client_auth": ["body"]}),
}
