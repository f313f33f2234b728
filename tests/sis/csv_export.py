"""A world as the CSV zip that a SIS would export: OneRoster 1.1 or 1.2, bulk or delta.

Worlds of 1.2 are those of version_12.as_12. A delta is what changed between two worlds; whoever has left it is a row
that is marked tobedeleted.
"""

import csv
import io
import zipfile

from sis.world import ids_of

BASE = ("sourcedId", "status", "dateLastModified")
COLUMNS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects "
               "subjectCodes periods",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican "
                    "nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity "
                    "countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "orgs": "name type identifier parentSourcedId",
    "users": "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone "
             "agentSourcedIds grades password",
}
USERS_12 = ("enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades "
            "password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId "
            "pronouns")
COLUMNS_12 = {
    **COLUMNS,
    "users": USERS_12,
    "resources": "vendorResourceId title roles importance vendorId applicationId",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "userProfiles": "userSourcedId profileType vendorId applicationId description credentialType username password",
    "userResources": "userSourcedId orgSourcedId classSourcedId resourceSourcedId",
    "classResources": "title classSourcedId resourceSourcedId",
    "courseResources": "title courseSourcedId resourceSourcedId",
}
UNREAD = ("categories", "lineItems", "results")
UNREAD_12 = (*UNREAD, "lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds",
             "resultScoreScales", "scoreScales")
# Column of the file → field of a record, where it is called otherwise.
FIELDS = {"parentSourcedId": "parent", "courseSourcedId": "course", "schoolSourcedId": "school", "termSourcedIds": "terms",
          "schoolYearSourcedId": "schoolYear", "orgSourcedId": "org", "classSourcedId": "class", "userSourcedId": "user",
          "orgSourcedIds": "orgs", "agentSourcedIds": "agents", "preferredGivenName": "preferredFirstName",
          "preferredFamilyName": "preferredLastName", "primaryOrgSourcedId": "primaryOrg"}


def columns_of(version):
    """The columns of each file that this version has, behind the first three."""
    return {name: text.split() for name, text in (COLUMNS_12 if version == "1.2" else COLUMNS).items()}


def _item(value):
    if isinstance(value, dict):
        return value["sourcedId"] if "sourcedId" in value else f"{{{value['type']}:{value['identifier']}}}"
    return str(value)


def _cell(value):
    if value is None:
        return ""
    return ",".join(map(_item, value)) if isinstance(value, (list, tuple)) else _item(value)


def _row(record, columns, status):
    dated = [status, record.get("dateLastModified", "")] if status else ["", ""]
    return [record["sourcedId"], *dated, *(_cell(record.get(FIELDS.get(column, column))) for column in columns)]


# ---- rows of 1.2 that stand in files of their own --------------------------------------------------------------------

def _roles_of(user):
    if "roles" in user:
        return user["roles"]
    return [{"roleType": "primary", "role": user["role"], "org": org} for org in user["orgs"]]


def _split_user(user):
    """The rows of other files that belong to a user record, by file."""
    sid = user["sourcedId"]
    split = {"roles": [{**entry, "sourcedId": f"{sid}:{entry['role']}@{_item(entry['org'])}", "user": {"sourcedId": sid}} for entry in _roles_of(user)]}
    split["userProfiles"] = [
        {**profile, "sourcedId": profile["profileId"], "user": {"sourcedId": sid}, "credentialType": credential["type"], **credential}
        for profile in user.get("userProfiles", ()) for credential in profile["credentials"]]
    split["userResources"] = [{"sourcedId": f"{sid}:x{n}", "user": {"sourcedId": sid}, "resourceSourcedId": resource}
                              for n, resource in enumerate(ids_of(user.get("resources")))]
    return split


def _split(collections):
    """The records of a 1.2 world by file."""
    files = {name: dict(records) for name, records in collections.items()}
    for user in list(files["users"].values()):
        for name, rows in _split_user(user).items():
            files.setdefault(name, {}).update({row["sourcedId"]: row for row in rows})
    for name, field in (("classes", "class"), ("courses", "course")):
        rows = [{"sourcedId": f"{sid}:x{n}", field: {"sourcedId": sid}, "resourceSourcedId": resource}
                for sid, record in files[name].items() for n, resource in enumerate(ids_of(record.get("resources")))]
        files[f"{field}Resources"] = {row["sourcedId"]: row for row in rows}
    return files


def _files(world, version):
    collections = {name: world.by_id(name) for name in world.collections}
    files = _split(collections) if version == "1.2" else collections
    return {name: files.get(name, {}) for name in columns_of(version)}


# ---- the zip ---------------------------------------------------------------------------------------------------------

def _owner(name, row):
    """The record that a row of another file belongs to, as (file, id); None for records themselves."""
    owners = {"roles": "user", "userProfiles": "user", "userResources": "user", "classResources": "class", "courseResources": "course"}
    field = owners.get(name)
    return ({"user": "users", "class": "classes", "course": "courses"}[field], row[field]["sourcedId"]) if field else None


def _changes(now, before):
    """Rows of a delta: (record, status). A changed record comes with those of its rows of other files that changed, and where such a row
    changed, so does the record itself; profiles and resources come all, since nothing says that the others stand."""
    changed = {(name, sid) for name, rows in now.items() for sid, row in rows.items() if before[name].get(sid) != row}
    gone = {(name, sid) for name, rows in before.items() for sid in rows if sid not in now[name]}
    owners = {_owner(name, (now if (name, sid) in changed else before)[name][sid]) for name, sid in changed | gone}
    changed |= {owner for owner in owners if owner and owner[1] in now[owner[0]]}
    result = {}
    for name, rows in now.items():
        whole = name not in ("roles", *COLUMNS)
        active = [(row, "active") for sid, row in rows.items() if (name, sid) in changed or (whole and _owner(name, row) in changed)]
        result[name] = active + [(row, "tobedeleted") for sid, row in before[name].items() if sid not in rows]
    return result


def export_rows(world, version="1.1", before=None):
    """Header and rows of every file, as lists of cells."""
    now = _files(world, version)
    rows = _changes(now, _files(before, version)) if before else {name: [(row, "") for row in table.values()] for name, table in now.items()}
    return {name: [[*BASE, *columns]] + [_row(record, columns, status) for record, status in rows[name]]
            for name, columns in columns_of(version).items()}


def manifest_rows(version, modes):
    """manifest.csv; modes: file → bulk or delta, what is not named is absent."""
    names = [*columns_of(version), *(UNREAD_12 if version == "1.2" else UNREAD)]
    return [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", version],
            *([f"file.{name}", modes.get(name, "absent")] for name in sorted(names)), ["source.systemName", "pretend"]]


def text_of(rows, end="\r\n", **style):
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator=end, **style).writerows(rows)
    return out.getvalue()


def zip_of(files):
    """A zip of {name: text or bytes}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def export(world, version="1.1", before=None, leave_out=()):
    """The files of a zip, by name: a bulk export, or with `before` the delta from that world."""
    rows = {name: table for name, table in export_rows(world, version, before).items() if name not in leave_out}
    if not before:
        rows = {name: table for name, table in rows.items() if len(table) > 1}
    mode = "delta" if before else "bulk"
    files = {"manifest.csv": text_of(manifest_rows(version, dict.fromkeys(rows, mode)))}
    return files | {f"{name}.csv": text_of(table) for name, table in rows.items()}
