"""The days of a set as CSV zips, as a SIS would export them: 1.1, bulk, a file for each collection."""

import csv
import io
import mmap
import zipfile
from pathlib import Path

from bench import sets
from bench.sets import COLLECTIONS
from sis.csv_export import BASE, FIELDS, columns_of, manifest_rows

try:
    from orjson import loads
except ImportError:
    from json import loads

VERSION = "1.1"
_FAST = 1       # of zlib: the size matters little, a minute less to wait does


def made(folder: Path, lean: bool) -> dict[int, Path]:
    """Day → zip, made where they are not there yet."""
    names = [name for name in COLLECTIONS if not (lean and name == "demographics")]
    zips = {day: Path(folder) / f"day-{day}.zip" for day in sets.DAYS}
    for day, path in zips.items():
        if not path.exists():
            _make(folder, names, day, path)
    return zips


def _make(folder, names, day, path):
    fresh = path.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive:
        manifest = io.StringIO()
        csv.writer(manifest).writerows(manifest_rows(VERSION, dict.fromkeys(names, "bulk")))
        archive.writestr("manifest.csv", manifest.getvalue())
        for name in names:
            with archive.open(f"{name}.csv", "w", force_zip64=True) as member:
                _write(folder, name, day, member)
    fresh.rename(path)


def _write(folder, name, day, member):
    columns = columns_of(VERSION)[name]
    fields = [FIELDS.get(column, column) for column in columns]
    text = io.TextIOWrapper(member, "utf-8", newline="", write_through=False)
    out = csv.writer(text)
    out.writerow([*BASE, *columns])
    for body in _bodies(folder, name, day):
        record = loads(body)
        # A bulk file says neither status nor date.
        out.writerow([record["sourcedId"], "", "", *(_cell(record.get(field)) for field in fields)])
    text.detach()


def _bodies(folder, name, day):
    """The records' bytes, one after the other, whatever the size of the file."""
    index = (Path(folder) / f"{name}.{day}.index").read_bytes()
    with open(Path(folder) / f"{name}.json", "rb") as file:
        if not index:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for offset, length, _ in sets.ENTRY.iter_unpack(index):
                yield data[offset:offset + length]


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return ",".join(map(_item, value)) if isinstance(value, list) else _item(value)


def _item(value):
    if isinstance(value, dict):
        return value["sourcedId"] if "sourcedId" in value else f"{{{value['type']}:{value['identifier']}}}"
    return str(value)
