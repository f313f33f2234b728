"""Ways to spoil a good export of CSV files: each takes the files ({name: text}) and gives others, or the bytes of a zip."""

import io
import struct
import warnings
import zipfile

from sis.csv_export import zip_of


def text(name, change):
    """Changes the text of one file."""
    return lambda files: {**files, name: change(files[name])}


def line(name, number, change):
    """Changes one line of a file (1 is the header)."""
    def one(whole):
        lines = whole.split("\r\n")
        lines[number - 1] = change(lines[number - 1])
        return "\r\n".join(lines)
    return text(name, one)


def header(name, old, new):
    return line(name, 1, lambda found: found.replace(old, new, 1))


def without(name):
    return lambda files: {key: value for key, value in files.items() if key != name}


def beside(name, content):
    return lambda files: {**files, name: content}


def manifest(old, new):
    return text("manifest.csv", lambda whole: whole.replace(old, new))


def raw(change):
    """Changes the bytes of the zip."""
    return lambda files: change(zip_of(files))


def header_only(whole):
    return whole.split("\r\n")[0] + "\r\n"


def first_cell(found, value):
    return value + found[found.index(","):]


def bomb(files):
    return {**files, "users.csv": files["users.csv"] + "0" * 50_000_000}


def lying_size(data):
    """The directory says that users.csv is 100 bytes long."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"users.csv"))
    return data[:at + 24] + struct.pack("<I", 100) + data[at + 28:]


def linked(files):
    out = io.BytesIO(zip_of(without("users.csv")(files)))
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("users.csv")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def twice(files):
    out = io.BytesIO(zip_of(files))
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("users.csv", files["users.csv"])
    return out.getvalue()


def encrypted(data):
    """Sets the flag that says so, in the directory and before the member."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"users.csv"))
    return data[:at + 8] + b"\x01\x00" + data[at + 10:]


def in_folder(files):
    return {f"export 2026/{name}": content for name, content in files.items()}


def litter(files):
    return {**files, "__MACOSX/._users.csv": b"\0\1", ".DS_Store": b"\0", "Thumbs.db": b"x"}


def windows(whole):
    lines = whole.split("\r\n")
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:9], "N\u00fa\u00f1ez \u2013 Ruiz", *cells[10:]])
    return "\r\n".join(lines).encode("cp1252", "replace")


def unchanged(files):
    return files
