"""Where the parts of a test run are found."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"


def program(name: str) -> Path:
    """A built program. ROLLCALL_BIN names the folder, build/dev/bin is where tests/run builds."""
    return Path(os.environ.get("ROLLCALL_BIN", ROOT / "build" / "dev" / "bin")) / name


def state() -> Path:
    return Path(os.environ.get("ROLLCALL_LOCAL_DIR", ROOT / ".local"))


def kafka_libs() -> Path:
    """Apache Kafka's jars, shared with deploy/local, which fetches them (lib/kafka.sh)."""
    return Path(os.environ.get("ROLLCALL_KAFKA_LIBS", state() / "kafka" / "libs"))
