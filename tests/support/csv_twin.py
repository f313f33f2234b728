"""A district whose roster comes as CSV zips, beside the independent model of its directory."""

import datetime

from sis.csv_export import export, zip_of
from sis.evolve import evolve
from sis.generate import make_district
from sis.model import Directory
from support.stack import DONE, SETTINGS, District
from support.twin import OWNERS_CHOICE, Twin


def as_is(world):
    return world


class CsvDistrict(District):
    """Made without the pretend SIS; shows its world by uploads."""

    def create_csv(self, world, **source):
        self.world = world
        self.stack.cli.run("district", "create", self.slug, "--name", self.slug.title(), "--time-zone", "UTC").ok()
        self.run("member", "add", "--email", self.owner, "--role", "owner").ok()
        flags = [f"--{name}" for name, value in source.items() if value]
        self.run("source", "add", "--kind", "oneroster-csv", *flags).ok()
        values = {**SETTINGS, "schools": ", ".join(self.school_names()), **OWNERS_CHOICE}
        self.run("settings", "set", *(f"{name}={value}" for name, value in values.items())).ok()

    def upload(self, files, *words):
        """Brings {name: text} as a zip; what the command left behind."""
        path = self.stack.folder / f"{self.slug}.zip"
        path.write_bytes(files if isinstance(files, bytes) else zip_of(files))
        return self.run("upload", "add", path, "-o", "json", *words)

    def bring(self, files, seconds=120.0):
        """An upload and its run, approved where it waits, to its end; the run's id."""
        run_id = self.upload(files).ok().json["run"]
        if self.wait_for_run(run_id, seconds=seconds) == "On hold":
            self.approve()
        self.wait_for_run(run_id, *DONE, seconds=seconds)
        return run_id


class CsvTwin(Twin):
    """`version` 1.1 or 1.2; `shape` turns a world into the version's."""

    def __init__(self, stack, slug, seed, version="1.1", shape=as_is, source=None, **size):
        self.stack, self.version, self.shape = stack, version, shape
        self.world = make_district(seed, today=datetime.date.today(), **size)
        self.district = CsvDistrict(stack, slug)
        self.district.create_csv(self.world, **(source or {}))
        self.model = Directory()
        self.shown = None

    def files(self, delta=False):
        """What the SIS exports today; a delta from what was brought last."""
        return export(self.shape(self.world), self.version, self.shown if delta else None)

    def bring(self, delta=False):
        """Today's export, to the end of its run; its id."""
        run_id = self.district.bring(self.files(delta))
        self.shown = self.shape(self.world)
        return run_id

    def next_day(self, seed, **how):
        self.world = evolve(self.world, seed, **how)
