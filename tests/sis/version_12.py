"""The same district as OneRoster 1.2 shows it.

Worlds are made and evolve in 1.1's shape; this turns one into 1.2's. What is invented on the way rests on a record's id
alone, so that a record that did not change is the same the next day.
"""

import zlib
from dataclasses import replace

from sis.world import ids_of, reference

# Dates far enough from any today: a role that ended, and those that run or are to come.
ENDED, BEGAN, TO_COME, ENDS = "2020-06-30", "2020-08-01", "2090-08-01", "2091-06-30"
PASSWORD = "sesame"     # in every profile; nothing of ours may ever hold it
_RESOURCES = 12
_MOVED = ("role", "orgs")


def dice(sid, salt=""):
    """A number that belongs to an id."""
    return zlib.crc32(f"{salt}:{sid}".encode())


def as_12(world):
    """The world in 1.2's shape; what is in it already stays."""
    kinds = {org["sourcedId"]: org["type"] for org in world["orgs"]}
    collections = {name: list(records) for name, records in world.collections.items()}
    collections["users"] = [user_12(user, kinds) for user in world["users"]]
    for name in ("courses", "classes"):
        collections[name] = [with_resources(record) for record in world[name]]
    collections["resources"] = world["resources"] or [_resource(number) for number in range(1, _RESOURCES + 1)]
    return replace(world, collections=collections)


def with_resources(record):
    """A class, course or person with its resources, if it is one that has some."""
    if dice(record["sourcedId"], "resources") % 4:
        return record
    chosen = sorted({dice(record["sourcedId"], salt) % _RESOURCES + 1 for salt in "ab"}, reverse=True)
    return {**record, "resources": [reference("resource", f"res-{number}") for number in chosen]}


def _resource(number):
    return {"sourcedId": f"res-{number}", "status": "active", "dateLastModified": "2026-08-01T00:00:00.000Z",
            "title": f"Reader {number}", "vendorResourceId": f"v-{number}", "roles": ["student"],
            "importance": "primary" if number % 2 else "secondary", "vendorId": "reader.example",
            "applicationId": "reader"}


# ---- people ----------------------------------------------------------------------------------------------------------

def user_12(user, kinds):
    """A user record with roles in place of its role and orgs, and what else 1.2 has of people. kinds: org → type."""
    sid = user["sourcedId"]
    if "roles" in user or dice(sid, "shape") % 30 == 5:
        return user     # real sources mix the shapes
    made = {name: value for name, value in user.items() if name not in _MOVED}
    made["roles"] = _roles(user, kinds)
    if dice(sid, "username") % 6 == 0:
        made.pop("username", None)
    return with_resources({**made, **_names(sid), **_profiles(sid), **_primary_org(user)})


def _role(role, org, role_type="primary", **dates):
    return {"roleType": role_type, "role": role, "org": org, **dates}


def _roles(user, kinds):
    sid, orgs = user["sourcedId"], user["orgs"]
    words = [_word(user["role"], sid, kinds.get(org)) for org in ids_of(orgs)]
    dates = _STORIES.get(dice(sid, "story") % 25, {})
    roles = [_role(word, org, **dates) for word, org in zip(words, orgs)]
    more = _MORE.get(dice(sid, "more") % 12) if user["role"] in ("teacher", "aide") else None
    return roles + ([_role(more[0], orgs[0], "secondary", **more[1])] if more else [])


_ADMINISTRATORS = {"school": ("siteAdministrator", "principal"), "district": ("districtAdministrator", "systemAdministrator")}

# Whose roles have dates: ended for good, running, to come.
_STORIES = {3: {"beginDate": BEGAN, "endDate": ENDED}, 7: {"beginDate": BEGAN, "endDate": ENDS}, 11: {"beginDate": TO_COME}}
# What staff are besides: now, once, and later.
_MORE = {0: ("proctor", {}), 1: ("siteAdministrator", {"endDate": ENDED}), 2: ("counselor", {"beginDate": TO_COME}),
         3: ("ext:bus.driver", {})}


def _word(role, sid, kind):
    """1.2's word for a role of 1.1 at an org of this kind; it has no plain administrator."""
    if role == "administrator":
        return _ADMINISTRATORS.get(kind, _ADMINISTRATORS["district"])[dice(sid, "word") % 2]
    return "counselor" if role == "aide" and dice(sid, "word") % 2 else role


def _names(sid):
    named = {"preferredFirstName": f"P{dice(sid) % 1000}", "preferredLastName": f"Q{dice(sid) % 1000}"}
    return {**(named if dice(sid, "names") % 5 == 0 else {}), **({"pronouns": "they/them"} if dice(sid, "pro") % 7 == 0 else {})}


def _profiles(sid):
    if dice(sid, "profiles") % 4:
        return {}
    return {"password": PASSWORD, "userProfiles": [
        {"profileId": f"urn:profile:{dice(sid)}", "profileType": "LTI", "vendorId": "reader.example", "applicationId": "reader",
         "credentials": [{"type": "basic", "username": f"reader-{dice(sid)}", "password": PASSWORD}]}]}


def _primary_org(user):
    return {"primaryOrg": user["orgs"][0]} if user["orgs"] and dice(user["sourcedId"], "org") % 2 else {}
