"""The example consortium with its registers on servers instead of in folders, on a good night and
on a bad one.

Belongs here: six partners, six protocols, real servers; the figures are those of the folders.
Does not belong here: what each kind of source promises (tests/sources).
"""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import yaml
from nightly.naive_kpis import expected_scoreboard
from sqlalchemy import text

from eurocluster.published import open_published
from eurocluster.settings import ROOT, Settings
from eurocluster.sources.connections import Credentials
from tests.sources.faults import PROXY, FaultProxy, fault_proxies
from tests.sources.kinds import LOGIN, PASSWORD, Address, places
from tests.sources.servers.mail import MailServer, dovecot
from tests.sources.servers.partner_api import partner_api

pytestmark = pytest.mark.nightly

EXAMPLE = ROOT / "examples" / "eurocluster"
COMMAND = Path(sys.executable).with_name("eurocluster")
BY_FILES = {"pl": "smb", "de": "sftp", "be": "webdav", "es": "s3"}
LONGEST_NIGHT = 240.0
"""Seconds; a server that hangs costs one time-out of 30, whatever it holds."""

Figures = dict[tuple[str, ...], tuple[Any, ...]]


class Servers:
    """A consortium folder whose partners deliver by servers, and the state of its nights."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.data = folder / "data"
        self.proxies: dict[str, FaultProxy] = {}
        self.folders: dict[str, Path] = {}
        self.connections: dict[str, str] = {}
        shutil.copytree(EXAMPLE, self.home, ignore=shutil.ignore_patterns("drives"))

    def declare(self, partner: str, source: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Declare another source for each of a partner's registers."""
        path = self.home / "partners" / f"{partner}.yml"
        declared = yaml.safe_load(path.read_text(encoding="utf-8"))
        for register in declared["registers"]:
            register["source"] = source(register["source"]["files"])
        path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")

    def connect(self, partner: str, credentials: Credentials) -> None:
        """Let Airflow know the connection of a partner."""
        self.connections[f"AIRFLOW_CONN_{credentials.conn_id.upper()}"] = json.dumps(
            {
                "conn_type": "generic",
                "host": credentials.host,
                "port": credentials.port,
                "login": credentials.login,
                "password": credentials.password,
                "schema": credentials.schema,
                "extra": dict(credentials.extra),
            }
        )

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(COMMAND), *arguments],
            env={
                **os.environ,
                **self.connections,
                "EUROCLUSTER_HOME": str(self.home),
                "EUROCLUSTER_DATA": str(self.data),
                "EUROCLUSTER_SECRET": "a secret of the tests, long enough",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def figures(self) -> Figures:
        return by_place(json.loads(self.call("kpis", "--format", "json").stdout))

    def asked(self, query: str) -> list[dict[str, Any]]:
        """Ask the published warehouse."""
        with open_published(Settings(self.home, self.data)) as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]

    def values(self) -> list[dict[str, Any]]:
        """Every value, also those of no headline."""
        return self.asked("select * from kpis.kpi_values order by all")


def by_place(lines: list[dict[str, Any]]) -> Figures:
    return {
        (each["kpi"], each["period"], each["measure"], each["policy"]): (
            each["value"],
            each["numerator"],
            each["denominator"],
        )
        for each in lines
    }


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with ExitStack() as running:
        # Not below pytest's folder, which is closed to the accounts that servers run under.
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="delivered-")))
        folder.chmod(0o755)
        consortium = Servers(folder)
        for partner, kind in BY_FILES.items():
            _serve_files(consortium, running, partner, kind, folder / partner)
        (folder / "gr").mkdir()
        (folder / "fi").mkdir()
        _serve_mails(consortium, running.enter_context(dovecot(folder / "gr", LOGIN, PASSWORD)))
        _serve_records(consortium, running, folder / "fi")
        yield consortium


@pytest.fixture(scope="module")
def first(servers: Servers) -> subprocess.CompletedProcess[str]:
    return servers.call("run")


def _serve_files(
    consortium: Servers, running: ExitStack, partner: str, kind: str, work: Path
) -> None:
    work.mkdir()
    place = running.enter_context(places()[kind](work))
    proxies = running.enter_context(fault_proxies([place.port]))
    consortium.proxies[partner] = proxies[place.port]
    if place.folder is not None:
        consortium.folders[partner] = place.folder
    for file in sorted((EXAMPLE / "drives" / partner).iterdir()):
        place.put(f"Register 2024/{file.name}", file.read_bytes())
        if place.folder is not None:
            # Written last week: what was written just now waits.
            then = time.time() - 7 * 86_400
            os.utime(place.folder / "Register 2024" / file.name, (then, then))
    address = Address(PROXY, place.port)
    declared = place.declared(address, "Register 2024").model_dump(mode="json", exclude={"files"})
    conn_id = f"partner_{partner}"
    consortium.declare(partner, lambda files: {**declared, "conn_id": conn_id, "files": files})
    credentials = place.credentials(address)
    assert credentials is not None
    consortium.connect(partner, _named(credentials, conn_id))


def _serve_mails(consortium: Servers, server: MailServer) -> None:
    """Send each register in a mail of its own, and a stranger's mail with one of the names."""
    for file in sorted((EXAMPLE / "drives" / "gr").iterdir()):
        server.deliver(_mail("registers@chalkotopos.example", file.name, file.read_bytes()))
    server.deliver(_mail("stranger@elsewhere.example", "parousies.ods", b"not ours"))
    source = {
        "kind": "imap",
        "conn_id": "partner_gr",
        "senders": ["registers@chalkotopos.example"],
    }
    consortium.declare("gr", lambda files: {**source, "files": files})
    extra = {"ca_file": str(server.ca_file)}
    consortium.connect(
        "gr",
        Credentials("partner_gr", "127.0.0.1", server.port, server.login, PASSWORD, "", extra),
    )


def _serve_records(consortium: Servers, running: ExitStack, work: Path) -> None:
    """Serve the rows of each register as records of an API, page by page."""
    api = running.enter_context(partner_api(work))
    for file in sorted((EXAMPLE / "drives" / "fi").iterdir()):
        with file.open(encoding="cp1252", newline="") as lines:
            records = [json.dumps(row) for row in csv.DictReader(lines, delimiter=";")]
        api.records.with_name(f"{file.stem}.jsonl").write_text("\n".join(records) + "\n")
    source = {
        "kind": "rest",
        "conn_id": "partner_fi",
        "params": {"auth": "basic"},
        "auth": {"type": "basic"},
        "paging": {"type": "page", "size": 100},
        "records": "data",
        "expect_total": "total",
    }
    consortium.declare(
        "fi", lambda files: {**source, "path": f"/api/page/{files['include'][0].partition('*')[0]}"}
    )
    consortium.connect(
        "fi", Credentials("partner_fi", "127.0.0.1", api.port, LOGIN, PASSWORD, "http")
    )


def _mail(sender: str, name: str, content: bytes) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Γραφείο <{sender}>"
    mail["Subject"] = "Μητρώα"
    mail.set_content("Συνημμένα.")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def _named(credentials: Credentials, conn_id: str) -> Credentials:
    return Credentials(
        conn_id,
        credentials.host,
        credentials.port,
        credentials.login,
        credentials.password,
        credentials.schema,
        credentials.extra,
    )


def test_every_figure_is_the_one_of_the_folders(servers: Servers, first: Any) -> None:
    assert first.returncode == 0, first.stdout + first.stderr
    expected = by_place(expected_scoreboard())
    figures = servers.figures()
    assert {place: figures.get(place) for place in expected} == expected


def test_every_register_came_by_its_protocol(servers: Servers, first: Any) -> None:
    came = servers.asked(
        "select partner, count(*) as registers, sum(bytes_read) > 0 as read_now"
        " from quality.deliveries where state = 'accepted' group by partner order by partner"
    )
    declared = {
        path.stem: len(yaml.safe_load(path.read_text(encoding="utf-8"))["registers"])
        for path in sorted((servers.home / "partners").glob("*.yml"))
    }
    declared["es"] -= 1  # one of them has no file
    assert {line["partner"]: line["registers"] for line in came} == declared
    assert all(line["read_now"] for line in came)


def test_a_bad_night_ends_in_time_and_leaves_the_last_good_figures(
    servers: Servers, first: Any
) -> None:
    good = servers.values()
    sent = servers.proxies["es"].sent_bytes
    landed = set(_landed(servers))
    servers.proxies["pl"].behave("hang")
    right = json.loads(servers.connections["AIRFLOW_CONN_PARTNER_DE"])
    wrong = {**right, "password": "last year's password"}
    servers.connections["AIRFLOW_CONN_PARTNER_DE"] = json.dumps(wrong)
    half = servers.folders["be"] / "Register 2024" / "aanwezigheid.csv"
    half.write_bytes(half.read_bytes()[: half.stat().st_size // 2])
    started = time.monotonic()
    night = servers.call("run")
    assert time.monotonic() - started < LONGEST_NIGHT
    assert night.returncode == 3, night.stdout + night.stderr
    assert "Not done: " in night.stderr
    assert servers.values() == good
    assert set(_landed(servers)) == landed
    assert all(hashlib.sha256(file.read_bytes()).hexdigest() == file.name for file in landed)

    told = servers.asked(
        "select partner, status, last_outcome, count(*) as registers, min(newest_reason) as reason"
        " from quality.completeness where status = 'stale'"
        " group by partner, status, last_outcome order by partner"
    )
    reasons = {line["partner"]: line["reason"] for line in told}
    assert {line["partner"]: line["last_outcome"] for line in told} == dict.fromkeys(
        ("be", "de", "pl"), "unreachable"
    )
    assert "written less than 300 s ago" in reasons["be"]
    assert "Has the password changed" in reasons["de"]
    assert "Is the server running" in reasons["pl"]
    findings = servers.asked(
        "select partner, message from quality.findings where code = 'F06' order by partner"
    )
    assert {line["partner"] for line in findings} == {"be", "de", "pl"}
    assert any("Hasło" in line["message"] or "serwer" in line["message"] for line in findings)
    everything = night.stdout + night.stderr + repr(told) + repr(findings)
    assert "last year's password" not in everything
    # What has not changed is looked at and not read again.
    smallest = min(file.stat().st_size for file in (EXAMPLE / "drives" / "es").iterdir())
    assert 0 < servers.proxies["es"].sent_bytes - sent < smallest


def _landed(servers: Servers) -> Mapping[Path, None]:
    folder = servers.data / "landing" / "sha256"
    return dict.fromkeys(path for path in sorted(folder.rglob("*")) if path.is_file())
