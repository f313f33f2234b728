"""What OneRoster 1.1 calls things: endpoints, envelopes, fields, and the shape of its errors."""

import json
from dataclasses import dataclass

BASE = "/ims/oneroster/v1p1"

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
}


@dataclass(frozen=True)
class Resource:
    """One endpoint: where its records stand, which of them it shows, and how it wraps them."""

    collection: str
    single: str
    field: str = ""
    values: tuple = ()

    def shows(self, record):
        """Is this record of the collection part of the endpoint?"""
        return not self.field or record.get(self.field) in self.values

    @property
    def fields(self):
        """The names that records of this endpoint may have."""
        return _COMMON.union(_FIELDS[self.collection].split())


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
}

# HTTP status -> the codeMinor that 1.1 gives with it.
CODE_MINOR = {400: "invalid data", 401: "unauthorized", 403: "forbidden", 404: "unknown object",
              405: "unsupported", 429: "server_busy"}


def status_info(major, severity, minor, text):
    """A statusInfoSet as 1.1 has it."""
    return [{"imsx_codeMajor": major, "imsx_severity": severity, "imsx_codeMinor": minor, "imsx_description": text}]


def error_body(status, text, minor=None):
    """The error payload of 1.1 for an HTTP status."""
    minor = minor or CODE_MINOR.get(status, "internal_server_error")
    return encode({"statusInfoSet": status_info("failure", "error", minor, text)})


def encode(value):
    """The bytes that stand for a value everywhere in the pretend SIS."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
