"""Certificates of test servers: self-signed, for both addresses that a server is reached at.

Belongs here: making one.
Does not belong here: who trusts it (a connection's `ca_file`).
"""

import subprocess
from pathlib import Path

NAMES = "DNS:localhost,IP:127.0.0.1,IP:127.0.0.2"


def certificate(work: Path, names: str = NAMES) -> Path:
    """Write a certificate with its key into one file of a work folder; return it."""
    key, chain, both = (work / name for name in ("tls.key", "tls.crt", "tls.pem"))
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 30"
    subject = ["-subj", "/CN=localhost", "-addext", f"subjectAltName={names}"]
    written = ["-keyout", str(key), "-out", str(chain)]
    subprocess.run([*command.split(), *subject, *written], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + chain.read_bytes())
    return both
