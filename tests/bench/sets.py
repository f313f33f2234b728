"""A district's records of two days as files from which any page can be cut without work.

    python3 tests/bench/sets.py --students 100000 --out .local/bench/100000

A large district is made in parts of a few thousand students by the generator of the pretend SIS, so that memory stays
small whatever its size; their numbers do not collide (World.first). Per collection stand here

    users.json      the records of both days, each as JSON, one behind the other; what did not change stands once
    users.1.index   day 1: for each record, in the order of sourcedId, where it begins and how long it is (16 bytes)
    users.2.index   day 2
    about.json      what was made, and how many records a day has

The same seed and size give the same bytes. bench_set.c reads them.
"""

import argparse
import json
import shutil
import struct
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sis.evolve import evolve
from sis.generate import make_district
from sis.schools import DISTRICT_ID
from sis.world import COLLECTIONS as ALL_COLLECTIONS

try:
    from orjson import dumps as encode
except ImportError:
    from sis.vocabulary import encode

FORMAT = 3                  # moves when the files change, so that old ones are made anew
COLLECTIONS = tuple(name for name in ALL_COLLECTIONS if name != "resources")     # those of 1.1 that are read
DAYS = (1, 2)
SHARED = ("academicSessions",)
_PART = 5000                # students of a part
_STRIDE = 200_000           # numbers that a part may use
_SCHOOL = 600               # students of a school
ENTRY = struct.Struct("<QII")


class _Collection:
    """One collection's file while it grows; an entry is 'id NUL offset length', which sorts by id."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.file = open(folder / f"{name}.json", "wb", buffering=1 << 20)
        self.offset = 0
        self.entries = {day: [] for day in DAYS}

    def add(self, record, days):
        """A record that stands so on these days."""
        body = encode(record)
        self.file.write(body)
        entry = record["sourcedId"].encode() + b"\0" + ENTRY.pack(self.offset, len(body), 0)
        self.offset += len(body)
        for day in days:
            self.entries[day].append(entry)

    def close(self):
        """Writes the indexes; the number of records of each day."""
        self.file.close()
        counts = {}
        for day, entries in self.entries.items():
            # The id alone: what follows it is binary, and ids are unique.
            entries.sort(key=lambda entry: entry[:-ENTRY.size - 1])
            with open(self.folder / f"{self.name}.{day}.index", "wb") as file:
                file.writelines(entry[-ENTRY.size:] for entry in entries)
            counts[day] = len(entries)
            entries.clear()
        return counts


def make(folder, students, *, seed=1, lean=False, changed=0.01):
    """The set of a district of so many students, in this folder; what about.json says."""
    folder = Path(folder)
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    files = {name: _Collection(fresh, name) for name in COLLECTIONS}
    district = _District()
    for number, size in enumerate(_parts(students)):
        world = make_district(seed + number, size, max(3, size // _SCHOOL), guardians=not lean, demographics=not lean,
                              first=number * _STRIDE)
        tomorrow = evolve(world, seed + 7, changed=changed, leave=max(1, size // 1000), new=max(1, size // 1000))
        assert tomorrow.serial < (number + 1) * _STRIDE, "a part used more numbers than it has"
        for name, file in files.items():
            if name not in SHARED or number == 0:
                _add(file, district.without(world[name]), district.without(tomorrow[name]))
    files["orgs"].add(district.record, DAYS)
    counts = {name: file.close() for name, file in files.items()}
    about = {"format": FORMAT, "students": students, "seed": seed, "lean": lean, "changed": changed,
             "schools": district.schools,
             "records": {str(day): {name: counts[name][day] for name in COLLECTIONS} for day in DAYS},
             "changed_records": {name: file.changed for name, file in files.items()}}
    (fresh / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return about


def _parts(students):
    """Sizes of parts that are nearly equal; a district that is smaller than a part is one."""
    count = max(1, round(students / _PART))
    return [students // count + (number < students % count) for number in range(count)]


def _add(file, today, tomorrow):
    """The records of both days; one that evolve left alone is the same object."""
    kept = {record["sourcedId"]: record for record in tomorrow}
    file.changed = getattr(file, "changed", 0)
    for record in today:
        other = kept.pop(record["sourcedId"], None)
        if other is record:
            file.add(record, DAYS)
            continue
        file.add(record, DAYS[:1])
        file.changed += 1
        if other is not None:
            file.add(other, DAYS[1:])
    for record in kept.values():
        file.add(record, DAYS[1:])
        file.changed += 1


class _District:
    """The org above all schools: every part has one of its own, the whole has one."""

    def __init__(self):
        self.record, self.schools = None, []

    def without(self, records):
        """The records without the district's org, whose schools are noted."""
        kept = [record for record in records if record["sourcedId"] != DISTRICT_ID]
        if len(kept) < len(records):
            found = next(record for record in records if record["sourcedId"] == DISTRICT_ID)
            self.record = self.record or {**found, "children": []}
            known = {child["sourcedId"] for child in self.record["children"]}
            self.record["children"] += [child for child in found["children"] if child["sourcedId"] not in known]
            self.schools += [org["sourcedId"] for org in kept if org["sourcedId"] not in self.schools]
        return kept


def about(folder):
    """What stands in this folder, or None where nothing of this format does."""
    try:
        found = json.loads((Path(folder) / "about.json").read_text())
    except FileNotFoundError:
        return None
    return found if found["format"] == FORMAT else None


def made(folder, students, **options):
    """The set of this folder, made where it is not there yet; what about.json says."""
    found = about(folder)
    wanted = {"students": students, **options}
    if found is None or any(found[name] != value for name, value in wanted.items()):
        found = make(folder, students, **options)
    return found


def bodies(folder, collection, day=1):
    """The records' bytes of a day in their order; for tests and for limits, not for serving."""
    data = (Path(folder) / f"{collection}.json").read_bytes()
    index = (Path(folder) / f"{collection}.{day}.index").read_bytes()
    return [data[offset:offset + length] for offset, length, _ in ENTRY.iter_unpack(index)]


def main(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lean", action="store_true", help="no guardians and no demographics")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    began = time.monotonic()
    about = make(options.out, options.students, seed=options.seed, lean=options.lean)
    print(f"{options.out}: {sum(about['records']['1'].values())} records, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
