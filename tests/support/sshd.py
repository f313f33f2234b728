"""An SFTP server for tests: OpenSSH on a free port, with keys and folders of its own."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.process import Daemon, accepts, free_port


def sshd_program() -> str:
    """Its absolute path, which sshd itself demands."""
    found = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not found:
        pytest.skip("no sshd: install openssh-server (deploy/local/packages.txt)")
    return found


def make_key(path: Path, *words: str) -> Path:
    """A new ed25519 key; `words` are more of ssh-keygen's."""
    path.unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-f", path, *(words or ("-N", ""))], check=True, stdin=subprocess.DEVNULL)
    return path


class Sshd:
    """One server that the present user signs in to by key. `folder` is absolute on it: there is no chroot."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.user = getpass.getuser()
        self.host = f"127.0.0.1:{self.port}"
        self.client_key = make_key(self.folder / "client")
        self.files = self.folder / "exports"
        self.files.mkdir()
        self.daemon: Daemon | None = None
        self.new_host_key()
        self.let_in()

    def new_host_key(self) -> None:
        make_key(self.folder / "host")

    def let_in(self, *keys: Path) -> None:
        """Only these keys, by default the client's own."""
        names = keys or (self.client_key,)
        (self.folder / "authorized").write_text("".join(Path(f"{name}.pub").read_text() for name in names))

    @property
    def fingerprint(self) -> str:
        out = subprocess.run(["ssh-keygen", "-l", "-f", self.folder / "host.pub"], check=True, capture_output=True, text=True)
        return out.stdout.split()[1]

    def config(self) -> list[str]:
        return [f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.folder}/host", f"PidFile {self.folder}/pid", "UsePAM no",
                f"AuthorizedKeysFile {self.folder}/authorized", "StrictModes no", "Subsystem sftp internal-sftp"]

    def argv(self) -> list[str]:
        path = self.folder / "sshd_config"
        path.write_text("\n".join(self.config()) + "\n")
        return [sshd_program(), "-D", "-e", "-f", str(path)]

    def start(self) -> "Sshd":
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        self.daemon = Daemon("sshd", self.argv(), self.folder).start()
        self.daemon.ready_when(lambda: accepts(self.port))
        return self

    def stop(self) -> None:
        if self.daemon:
            self.daemon.kill()

    def put(self, name: str, content: bytes, at: int) -> Path:
        """A file whose last change is the moment `at`, there in one go."""
        path, made = self.files / name, self.folder / "made"
        made.write_bytes(content)
        os.utime(made, (at, at))
        made.rename(path)
        return path

    def __enter__(self) -> "Sshd":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()
