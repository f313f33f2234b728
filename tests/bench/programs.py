"""The programs that are measured: those of the release, unless ROLLCALL_BIN names others."""

import os
import subprocess

from support.paths import ROOT


def build():
    if "ROLLCALL_BIN" in os.environ:
        return
    os.environ["ROLLCALL_BIN"] = str(ROOT / "build" / "release" / "bin")
    subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "all", "bench"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
