"""What OneRoster 1.1 and 1.2 call things: endpoints, envelopes, fields, and the shapes of their errors."""

import json
from dataclasses import dataclass

_COMMON = frozenset(("sourcedId", "status", "dateLastModified", "metadata"))
_FIELDS = {
    "orgs": "name type identifier parent children",
    "academicSessions": "title startDate endDate type parent children schoolYear",
    "courses": "title schoolYear courseCode grades subjects org subjectCodes resources",
    "classes": "title classCode classType location grades subjects course school terms subjectCodes periods "
               "resources",
    "users": "username userIds enabledUser givenName familyName middleName role identifier email sms phone agents "
             "orgs grades password",
    "enrollments": "user class school role primary beginDate endDate",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican "
                    "nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces "
                    "hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth "
                    "publicSchoolResidenceStatus",
    "resources": "vendorResourceId title roles importance vendorId applicationId",
}
_FIELDS_12 = {
    "users": "userMasterIdentifier username userIds enabledUser givenName familyName middleName preferredFirstName "
             "preferredMiddleName preferredLastName pronouns roles userProfiles primaryOrg identifier email sms phone "
             "agents grades password resources",
}


@dataclass(frozen=True)
class Resource:
    """One endpoint: where its records stand, which of them it shows, and how it wraps them."""

    collection: str
    single: str
    field: str = ""
    values: tuple = ()

    def shows(self, record):
        """Is this record of the collection part of the endpoint? A role stands in the record, or in one of its roles."""
        if not self.field or record.get(self.field) in self.values:
            return True
        roles = record.get("roles") if self.collection == "users" else None
        return self.field == "role" and any(entry["role"] in self.values for entry in roles or ())

    @property
    def fields(self):
        """The names that records of this endpoint may have in 1.1."""
        return self.fields_of("1.1")

    def fields_of(self, version):
        """The names that records of this endpoint may have."""
        names = _FIELDS_12 if version == "1.2" and self.collection in _FIELDS_12 else _FIELDS
        return _COMMON.union(names[self.collection].split())


RESOURCES = {
    "orgs": Resource("orgs", "org"),
    "schools": Resource("orgs", "org", "type", ("school",)),
    "academicSessions": Resource("academicSessions", "academicSession"),
    "terms": Resource("academicSessions", "academicSession", "type", ("term", "semester")),
    "gradingPeriods": Resource("academicSessions", "academicSession", "type", ("gradingPeriod",)),
    "courses": Resource("courses", "course"),
    "classes": Resource("classes", "class"),
    "users": Resource("users", "user"),
    "students": Resource("users", "user", "role", ("student",)),
    "teachers": Resource("users", "user", "role", ("teacher",)),
    "enrollments": Resource("enrollments", "enrollment"),
    "demographics": Resource("demographics", "demographics"),
    "resources": Resource("resources", "resource"),
}

# Version → root → the endpoints that stand there.
ROOTS = {
    "1.1": {"/ims/oneroster/v1p1": frozenset(RESOURCES)},
    "1.2": {"/ims/oneroster/rostering/v1p2": frozenset(RESOURCES) - {"resources"},
            "/ims/oneroster/resources/v1p2": frozenset(("resources",))},
}


def endpoint(version, path):
    """The parts of a path behind the root that serves it, or None where no root does."""
    for root, served in ROOTS[version].items():
        parts = path.removeprefix(root).split("/")
        if path.startswith(root + "/") and len(parts) in (2, 3) and parts[1] in served:
            return parts[1:]
    return None


# HTTP status -> the codeMinor that goes with it.
CODE_MINOR = {
    "1.1": {400: "invalid data", 401: "unauthorized", 403: "forbidden", 404: "unknown object",
            405: "unsupported", 429: "server_busy"},
    "1.2": {400: "invaliddata", 401: "unauthorisedrequest", 403: "forbidden", 404: "unknownobject",
            422: "invaliddata", 429: "server_busy"},
}


def status_info(major, severity, minor, text):
    """A statusInfoSet as 1.1 has it."""
    return [{"imsx_codeMajor": major, "imsx_severity": severity, "imsx_codeMinor": minor, "imsx_description": text}]


def error_body(status, text, minor=None, version="1.1"):
    """The error payload for an HTTP status: 1.1 wraps it, 1.2 has it at the top."""
    minor = minor or CODE_MINOR[version].get(status, "internal_server_error")
    if version == "1.1":
        return encode({"statusInfoSet": status_info("failure", "error", minor, text)})
    field = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}
    return encode({"imsx_codeMajor": "failure", "imsx_severity": "error", "imsx_description": text,
                   "imsx_CodeMinor": {"imsx_codeMinorField": [field]}})


def encode(value):
    """The bytes that stand for a value everywhere in the pretend SIS."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
