"""PostgreSQL 15 for tests: a throw-away cluster without fsync, and databases copied from a template.

Making a database from a migrated template takes some 50 ms, so each test has its own.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from support.paths import SCHEMAS
from support.process import Daemon, free_port, wait_until

BIN = Path("/usr/lib/postgresql/15/bin")
OWNER = "rollcall_owner"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class Postgres:
    """One server. `with Postgres() as server: ...`; stop() and start() keep port and data."""

    def __init__(self, **settings: str):
        self.port = free_port()
        self.settings = {**SETTINGS, **settings}
        # PostgreSQL refuses to run as root, and pytest's folders are closed to others.
        self.folder = Path(tempfile.mkdtemp(prefix="rollcall-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.data = self.folder / "data"
        self.daemon: Daemon | None = None
        self._made = 0

    def start(self) -> "Postgres":
        if not self.data.exists():
            self._initdb()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = [word for key, value in self.settings.items() for word in ("-c", f"{key}={value}")]
        argv = [BIN / "postgres", "-D", self.data, "-p", self.port, *options]
        self.daemon = Daemon("postgres", argv, self.folder, user="postgres").start()
        self.daemon.ready_when(self._answers)
        return self

    def _initdb(self) -> None:
        argv = [str(BIN / "initdb"), "-D", str(self.data), "-U", "postgres", "-A", "trust"]
        argv += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        if os.geteuid() == 0:
            argv = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *argv]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def _answers(self) -> bool:
        try:
            self.connect(connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, the next start needs no recovery."""
        if self.daemon:
            self.daemon.stop(number=signal.SIGINT)

    def kill(self) -> None:
        """As if the power went; sessions get SIGQUIT's kin, the next start recovers."""
        if self.daemon:
            self.daemon.stop(number=signal.SIGQUIT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def __enter__(self) -> "Postgres":
        return self.start()

    def __exit__(self, *_) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, role: str = "postgres", database: str = "postgres") -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def connect(self, role: str = "postgres", database: str = "postgres", **options) -> psycopg.Connection:
        return psycopg.connect(self.url(role, database), autocommit=True, **options)

    def create_owner(self) -> None:
        """The role that owns all; it may create the programs' roles, which the migrations do."""
        with self.connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone()
            if not known:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")

    def create_database(self, name: str | None = None, template: str = "template0") -> str:
        """A new database of rollcall_owner, by itself or as a copy; returns its name."""
        self._made += 1
        name = name or f"rollcall_{self._made}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop_database(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def migrate_directly(self, database: str) -> None:
        """Runs schemas/sql without the command line tool, for tests that need tables only."""
        with self.connect(OWNER, database) as connection:
            for migration in sorted((SCHEMAS / "sql").glob("*.up.sql")):
                with connection.transaction():
                    connection.execute(migration.read_text())

    def wait_for_no_sessions(self, database: str, seconds: float = 20.0) -> None:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        with self.connect() as connection:
            wait_until(
                lambda: connection.execute(query, [database]).fetchone() == (0,),
                f"nobody is connected to {database}",
                seconds,
            )
