"""The Debian package: built from this build, complete, without a complaint from lintian, installed into an empty root and run from there."""

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.manuals import WORKERS
from support.paths import program

PROGRAMS = ["rollcall", *(f"rollcall-{name}" for name in WORKERS)]
BUILD = Path(os.environ.get("ROLLCALL_FAST_BIN") or program("rollcall").parent).parent
CACHE = BUILD / "CMakeCache.txt"
SANITIZED = CACHE.exists() and re.search(r"^RC_SANITIZE:\w+=\w", CACHE.read_text(), re.M) is not None
pytestmark = [
    pytest.mark.skipif(not (BUILD / "CPackConfig.cmake").exists(), reason="the programs are not built: run tests/run, or set ROLLCALL_BIN"),
    pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no Debian: there is nothing that makes packages"),
]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package's path."""
    folder = tmp_path_factory.mktemp("package")
    subprocess.run(["cpack", "--config", BUILD / "CPackConfig.cmake", "-B", folder], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    return next(folder.glob("*.deb"))


@pytest.fixture(scope="module")
def root(package, tmp_path_factory):
    """The package unpacked."""
    folder = tmp_path_factory.mktemp("root")
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return folder


def field(package, name):
    return subprocess.run(["dpkg-deb", "-f", package, name], capture_output=True, text=True, check=True).stdout.strip()


def test_it_depends_on_the_libraries_that_the_programs_need(package):
    depends = field(package, "Depends")
    for library in ("libc6", "libpq5", "librdkafka1", "libhiredis", "libcurl4", "libcjson1", "libsodium23", "libmicrohttpd"):
        assert library in depends, library


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_installed_program_says_its_version_and_has_a_page(root, package, name):
    said = subprocess.run([root / "usr/bin" / name, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"{name} {field(package, 'Version')}")
    page = root / "usr/share/man" / ("man1/rollcall.1.gz" if name == "rollcall" else f"man8/{name}.8.gz")
    assert f".Nm {name}\n" in gzip.decompress(page.read_bytes()).decode()


@pytest.mark.parametrize("place", [
    "usr/share/bash-completion/completions/rollcall", "usr/share/zsh/vendor-completions/_rollcall",
    "usr/share/fish/vendor_completions.d/rollcall.fish", "usr/share/rollcall/schemas/topics.csv",
    "usr/share/rollcall/schemas/sql/0001_init.up.sql", "usr/share/doc/rollcall/copyright", "etc/rollcall/rollcall.conf"])
def test_what_belongs_to_them_comes_along(root, place):
    assert (root / place).stat().st_size > 0


@pytest.mark.parametrize("name", WORKERS)
def test_a_unit_starts_its_program_and_gives_it_time_to_drain(root, name):
    unit = (root / f"usr/lib/systemd/system/rollcall-{name}.service").read_text()
    assert f"ExecStart=/usr/bin/rollcall-{name} --config /etc/rollcall/rollcall.conf\n" in unit
    assert "SystemCallFilter=@system-service\n" in unit
    options = subprocess.run([program(f"rollcall-{name}"), "--options-md"], capture_output=True, text=True, check=True).stdout
    seconds = int(re.search(r"`drain.timeout` .* default (\d+)s", options)[1])
    assert int(re.search(r"^TimeoutStopSec=(\d+)", unit, re.M)[1]) > seconds
    if shutil.which("systemd-analyze"):
        done = subprocess.run(["systemd-analyze", "verify", f"--root={root}", f"rollcall-{name}.service"], capture_output=True, text=True, check=False)
        # The empty root has no targets and no man-db; what it says of the file itself counts.
        assert not re.search(r"Unknown|[Ff]ailed to parse|[Ii]nvalid|not executable", done.stderr), done.stderr


def test_the_configuration_that_comes_with_it_is_in_order(root):
    asked = [root / "usr/bin/rollcall", "config", "check", "--config", root / "etc/rollcall/rollcall.conf"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROLLCALL_")}
    assert subprocess.run(asked, capture_output=True, text=True, check=False, env=environment).returncode == 0


def test_nothing_is_done_to_a_machine_by_installing_it(package, tmp_path):
    control = tmp_path / "control"
    subprocess.run(["dpkg-deb", "-e", package, control], check=True)
    assert sorted(path.name for path in control.iterdir()) == ["conffiles", "control", "md5sums"]
    assert (control / "conffiles").read_text() == "/etc/rollcall/rollcall.conf\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="dpkg installs for root only")
def test_dpkg_installs_it_into_an_empty_root_and_keeps_a_changed_configuration(package, tmp_path):
    for name in ("info", "updates", "triggers"):
        (tmp_path / "var/lib/dpkg" / name).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").touch()
    install = ["dpkg", f"--root={tmp_path}", "--force-depends", "--force-confold", "--log=/dev/null", "-i", package]
    subprocess.run(install, check=True, capture_output=True)
    (tmp_path / "etc/rollcall/rollcall.conf").write_text("log.level = debug\n")
    subprocess.run(install, check=True, capture_output=True)
    assert (tmp_path / "etc/rollcall/rollcall.conf").read_text() == "log.level = debug\n"
    assert "Status: install ok installed" in (tmp_path / "var/lib/dpkg/status").read_text()


@pytest.mark.skipif(shutil.which("lintian") is None, reason="lintian is not installed: tests/run installs it")
@pytest.mark.skipif(SANITIZED, reason="a package with sanitizers is none to ship")
def test_lintian_finds_nothing_wrong(package):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", package], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stdout + done.stderr
