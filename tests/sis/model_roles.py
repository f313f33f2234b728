"""What a user record says of its person's roles, on a day, in either version's shape.

Written from the standard alone: 1.2 lists roles with an org and dates each, whose end is exclusive; 1.1 has one role for all
orgs. Where a record has both, the list counts, unless it is empty. Who is dated into the future is present (design).
"""

from sis.world import GUARDIAN_ROLES, ids_of


def stated(user, today):
    """The roles that count on this day, as (the source's word, org id)."""
    listed = [(entry["role"], entry["org"]["sourcedId"], entry.get("endDate")) for entry in user.get("roles") or ()]
    if not listed:
        return [(str(user.get("role", "")).lower(), org) for org in ids_of(user.get("orgs"))]
    return [(word, org) for word, org, end in listed if not (end and end <= today.isoformat())]


def words(user, today):
    """The words alone, each once."""
    return {word for word, _ in stated(user, today)}


def relation(user, today):
    """The word for what a guardian is, or None for who is none."""
    return min(words(user, today) & GUARDIAN_ROLES, default=None)


def family_only(user, today):
    """Is the person nothing but somebody's guardian?"""
    return words(user, today) <= GUARDIAN_ROLES
