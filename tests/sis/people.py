"""Makes the people of a made-up district: one record per role, as OneRoster 1.1 has it."""

from sis import names
from sis.world import reference

_ODD_ID_EVERY = 53
_FIELD_ORDER = ("sourcedId", "status", "dateLastModified", "username", "userIds", "enabledUser",
                "givenName", "familyName", "middleName", "role", "identifier", "email", "sms", "phone",
                "agents", "orgs", "grades")


class People:
    """Gives out ids, names and addresses that are never given twice in one world."""

    def __init__(self, rng, world):
        self.rng = rng
        self.world = world

    def number(self):
        """The world's next number; what rests on it is unique in the world."""
        self.world.serial += 1
        return self.world.serial

    def user_id(self):
        """An opaque id. Now and then with the signs that OneRoster allows and paths do not like."""
        number = self.number()
        if number % _ODD_ID_EVERY == 0:
            return f"SIS/{number}_F@{self.rng.getrandbits(24):06x}"
        text = f"{self.rng.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def phone(self):
        """A number of the range that is kept for fiction, made long enough to be unique."""
        return f"+1 555 01{self.number():06d}"

    def email(self, host):
        """An address that says nothing about its holder."""
        return f"u{self.number()}@{host}.example"

    def name(self, family=None):
        """Given and family name."""
        return {"givenName": self.rng.choice(names.GIVEN), "familyName": family or self.rng.choice(names.FAMILY)}

    def user(self, role, orgs, person, **more):
        """A user record of this role. person: names, email, phone as far as there are any."""
        number = self.number()
        record = {"sourcedId": self.user_id(), "status": "active",
                  "dateLastModified": modified(self.world.today, self.rng),
                  "username": f"user{number}", "enabledUser": "true", "role": role, **person, **more,
                  "userIds": [{"type": "SIS", "identifier": f"{700000 + number}"}],
                  "orgs": [reference("org", org) for org in orgs]}
        if self.rng.random() < 0.01:
            record["enabledUser"] = "false"
        return ordered(record)

    def adult(self, host):
        """Names, e-mail and phone of a grown-up who can be reached."""
        return {**self.name(), "email": self.email(host), "phone": self.phone()}

    def student(self, orgs, grade, family):
        """A student record; its guardians are linked later."""
        person = self.name(family)
        if self.rng.random() < 0.3:
            person["middleName"] = self.rng.choice(names.GIVEN)
        if self.rng.random() < 0.85:
            person["email"] = self.email("students")
        if self.rng.random() < 0.2:
            person["phone"] = self.phone()
        return self.user("student", orgs, person, grades=[grade], identifier=f"S{self.number():07d}")

    def demographics(self, user_id):
        """The demographics record of a user: the same id (OneRoster), invented facts."""
        rng = self.rng
        birth = f"{self.world.today.year - rng.randint(6, 18)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        record = {"sourcedId": user_id, "status": "active", "dateLastModified": modified(self.world.today, rng),
                  "birthDate": birth, "sex": rng.choice(("male", "female"))}
        for flag in ("asian", "blackOrAfricanAmerican", "white", "hispanicOrLatinoEthnicity"):
            record[flag] = "true" if rng.random() < 0.3 else "false"
        return record


def ordered(record):
    """The same user record with its fields in the order of the standard."""
    return {name: record[name] for name in _FIELD_ORDER if name in record}


def modified(today, rng):
    """A dateLastModified in the early morning of a day."""
    return (f"{today.isoformat()}T{rng.randint(1, 4):02d}:{rng.randint(0, 59):02d}:"
            f"{rng.randint(0, 59):02d}.{rng.randint(0, 999):03d}Z")
