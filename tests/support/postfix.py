"""Debian's postfix as a private instance: ports, queue and configuration of its own. What is for `rooms` goes to the mail servers named there; a
refusal of theirs comes back as the report that postfix writes."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from support.process import Daemon, accepts, free_port

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.rollcall.example
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_host_lookup = native
smtpd_peername_lookup = no
relay_domains = {domains}
transport_maps = texthash:{folder}/transport
smtpd_relay_restrictions = permit_mynetworks, reject
maillog_file_prefixes = {folder}
maillog_file = {folder}/mail.log
smtpd_tls_security_level = {tls}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """`Postfix({"maple.example": 2525})`: mails for that domain go on to the server at that port."""

    def __init__(self, rooms: dict[str, int], certificate: Path | None = None, key: Path | None = None):
        if not shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin"):
            pytest.skip("no postfix: install it (deploy/local/packages.txt)")
        if os.getuid() != 0:
            pytest.skip("postfix changes to users of its own: only root can start it")
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-"))  # not under pytest's, where the user postfix may not look
        self.folder.chmod(0o755)
        for name in ("queue", "data", "conf"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        (self.folder / "transport").write_text("".join(f"{domain} smtp:[127.0.0.1]:{port}\n" for domain, port in rooms.items()))
        self.certificate = certificate
        values = {"folder": self.folder, "domains": " ".join(rooms), "port": self.port, "tls": "may" if certificate else "none",
                  "certificate": certificate or "", "key": key or ""}
        (self.folder / "conf" / "main.cf").write_text(MAIN.format(**values))
        (self.folder / "conf" / "master.cf").write_text(MASTER.format(**values))
        self.daemon: Daemon | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> "Postfix":
        conf = str(self.folder / "conf")
        made = subprocess.run(["/usr/sbin/postfix", "-c", conf, "check"], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        self.daemon = Daemon("postfix", ["/usr/lib/postfix/sbin/master", "-c", conf, "-d"], self.folder).start()
        self.daemon.ready_when(lambda: accepts(self.port))
        return self

    def __exit__(self, *_) -> None:
        if self.daemon:
            self.daemon.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
