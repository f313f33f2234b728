"""What ends by itself: certificates that options and sources name, as metrics tell it and as the doctor says it."""

import datetime
import json
import shutil
import subprocess

import pytest
from support import seal
from support.cli import Cli
from support.worker import Worker

pytestmark = [pytest.mark.usefixtures("programs"), pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl: apt-get install openssl")]

# Made up, of a key that nobody has, until 2021-01-01.
ENDED = """\
-----BEGIN CERTIFICATE-----
MIIBCzCBsgIBAzAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdtYWRlLXVwMB4XDTIw
MDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHbWFkZS11cDBZ
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABL0OXdHiwqOaK/s2eqqpej2Dfdhrjh7m
kiH2i0rvePdrRhONfqVSVCCCWzVmduzuPNrOkjrU/PUk5ZE+wiij00owCgYIKoZI
zj0EAwIDSAAwRQIhAPDrC92nhCLv/gbFbMXdDrc/5SCfp7k6st0iSfMFgOaGAiBI
CmgRGfDF4pUqhUOSCTdYcFLD8+h9j0NLmrwnsyp+qw==
-----END CERTIFICATE-----
"""
GAUGE = 'rollcall_certificate_expiry_timestamp_seconds{option="%s"}'


def certificate(path, days):
    """A file with a made-up certificate; when it ends, Unix time."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=made-up",
                    "-keyout", f"{path}.key", "-out", path, "-days", str(days)], check=True, capture_output=True)
    told = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-in", path], check=True, capture_output=True, text=True).stdout
    end = datetime.datetime.strptime(told.strip().removeprefix("notAfter="), "%b %d %H:%M:%S %Y GMT").replace(tzinfo=datetime.timezone.utc)
    return int(end.timestamp())


def test_a_program_tells_when_the_certificates_end_that_its_options_name_and_sees_them_renewed(tmp_path):
    own, trusted = tmp_path / "own.pem", tmp_path / "ca.pem"
    ends = certificate(own, 10), certificate(trusted, 400)
    worker = Worker("rollcall-notifier", {
        "ROLLCALL_KAFKA_BROKERS": "127.0.0.1:1", "ROLLCALL_REDIS_URL": "redis://127.0.0.1:1/0",
        "ROLLCALL_DATABASE_URL": f"postgresql://nobody@127.0.0.1:1/none?sslcert={own}&sslrootcert={tmp_path}/missing.pem",
        "ROLLCALL_SMTP_CA_FILE": str(trusted)}, tmp_path, "notifier")
    worker.start()
    try:
        worker.ready_when(lambda: worker.admin.get("/metrics")[0] == 200)
        found = worker.admin.metrics()
        assert (found[GAUGE % "database.url sslcert"], found[GAUGE % "smtp.ca-file"]) == ends
        assert GAUGE % "database.url sslrootcert" not in found, "a file that cannot be read has no end"
        renewed = certificate(own, 300)
        assert worker.admin.metrics()[GAUGE % "database.url sslcert"] == renewed > ends[0]
        assert str(tmp_path) not in worker.admin.get("/metrics")[1], "a path is no label"
    finally:
        worker.kill()


@pytest.fixture(name="tool")
def _tool(postgres, database):
    made = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim", "ROLLCALL_KEYS_MASTER": seal.MASTER,
                "ROLLCALL_KAFKA_BROKERS": "127.0.0.1:1", "ROLLCALL_REDIS_URL": "redis://127.0.0.1:1/0"})
    made.run("district", "create", "maple", "--name", "Maple", "--time-zone", "UTC").ok()
    return made


def says(tool, **env):
    """What the doctor says of certificates: by what names them."""
    lines = json.loads(tool.run("doctor", "-o", "json", **env).out)
    return {line["what"]: line for line in lines if "ca-file" in line["what"] or "ssl" in line["what"]}


def test_the_doctor_says_which_certificates_end_soon_have_ended_or_cannot_be_read(tool, tmp_path):
    near, far = tmp_path / "near.pem", tmp_path / "far.pem"
    certificate(near, 10), certificate(far, 400)
    tool.run("source", "add", "-d", "maple", "--url", "https://sis.example/v1p1", "--auth", "oauth1-sha256", "--client-id", "maple",
             "--client-secret-stdin", "--ca-file", str(near), stdin="made-up\n").ok()
    settings = f"ssl.ca.location={far};ssl.certificate.location={tmp_path}/missing.pem"
    found = says(tool, ROLLCALL_SMTP_CA_FILE=str(tmp_path), ROLLCALL_KAFKA_SETTINGS=settings)
    assert found["ca-file of sources and webhooks"]["verdict"] == "WARN" and f"{near} ends at" in found["ca-file of sources and webhooks"]["found"]
    assert found["kafka.settings ssl.ca.location"]["verdict"] == "OK" and found["kafka.settings ssl.ca.location"]["mend"] == ""
    assert found["kafka.settings ssl.certificate.location"]["verdict"] == "FAIL", "named, and not there"
    assert (found["smtp.ca-file"]["verdict"], "is a folder" in found["smtp.ca-file"]["found"]) == ("OK", True)
    near.write_text(ENDED)
    found = says(tool)["ca-file of sources and webhooks"]
    assert found["verdict"] == "FAIL" and "ended at 2021-01-01T00:00Z" in found["found"] and found["mend"]
