"""A district whose roster comes as CSV zips, beside the independent model of its directory."""

import subprocess

from sis.csv_export import export, zip_of
from sis.evolve import evolve
from sis.generate import make_district
from sis.model import Directory
from sis.version_12 import as_12
from support.paths import program
from support.stack import DONE, SETTINGS, District
from support.twin import OWNERS_CHOICE, Twin, today


class CsvDistrict(District):
    """Made without the pretend SIS; shows its world by uploads."""

    def create_csv(self, world, version="1.1", **source):
        self.world, self.version = world, version
        self.stack.cli.run("district", "create", self.slug, "--name", self.slug.title(), "--time-zone", "UTC").ok()
        self.run("member", "add", "--email", self.owner, "--role", "owner").ok()
        flags = [f"--{name}" for name, value in source.items() if value]
        self.run("source", "add", "--kind", "oneroster-csv", "--version", version, *flags).ok()
        values = {**SETTINGS, "schools": ", ".join(self.school_names()), **OWNERS_CHOICE}
        self.run("settings", "set", "--yes", *(f"{name}={value}" for name, value in values.items())).ok()

    def upload(self, files, *words, **env):
        """Brings {name: text}, or bytes that are a zip or none; what the command left behind."""
        path = self.stack.folder / f"{self.slug}.zip"
        path.write_bytes(files if isinstance(files, bytes) else zip_of(files))
        return self.run("upload", "add", path, "-o", "json", *words, **env)

    def pipe(self, files, *words):
        """The same through standard input."""
        argv = [program("rollcall"), "upload", "add", "--district", self.slug, *words, "-"]
        subprocess.run(argv, input=zip_of(files), env=self.stack.cli.env, timeout=120, check=True, capture_output=True)

    def read(self, run_id, seconds=300.0):
        """A run to its end, approved where it waits; its id."""
        if self.wait_for_run(run_id, seconds=seconds) == "On hold":
            self.approve()
        self.wait_for_run(run_id, *DONE, seconds=seconds)
        return run_id

    def bring(self, files, seconds=300.0):
        """An upload and its run, to its end; the run's id."""
        return self.read(self.upload(files).ok().json["run"], seconds)


class CsvTwin(Twin):
    """Days of a world, exported as CSV of the version that `source` names."""

    def __init__(self, stack, slug, seed, source=None, **size):
        self.stack = stack
        self.world = make_district(seed, today=today(), **size)
        self.district = CsvDistrict(stack, slug)
        self.district.create_csv(self.world, **(source or {}))
        self.model = Directory()
        self.brought = None

    def shown(self):
        return as_12(self.world) if self.district.version == "1.2" else self.world

    def files(self, delta=False):
        """What the SIS exports today; a delta from what was brought last."""
        return export(self.shown(), self.district.version, self.brought if delta else None)

    def bring(self, delta=False):
        """Today's export, to the end of its run; its id."""
        run_id = self.district.bring(self.files(delta))
        self.brought = self.shown()
        return run_id

    def next_day(self, seed, **how):
        self.world = evolve(self.world, seed, **how)
