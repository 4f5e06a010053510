"""Native clients beside the connectors: every kind has one, and no secret is an argument."""

from pathlib import Path

import pytest

from benchmarks.native import CLIENTS, missing_programs, native_client
from benchmarks.report import show
from benchmarks.subjects import Fetched, Fetching
from eurocluster.consortium.sources import (
    DeclaredSource,
    Files,
    FtpSource,
    HttpSource,
    ImapSource,
    RestSource,
    S3Source,
    SftpSource,
    SmbSource,
    SqlSource,
)
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import RemoteFile
from tests.sources.kinds import PASSWORD, places

ALL = Files(include=("*",))
FILE = RemoteFile("register.csv", 1, None)
DECLARED: tuple[DeclaredSource, ...] = (
    SmbSource(kind="smb", conn_id="partner", share="Registers", files=ALL),
    SftpSource(kind="sftp", conn_id="partner", files=ALL),
    FtpSource(kind="ftps", conn_id="partner", files=ALL),
    HttpSource(kind="http", conn_id="partner", urls=("https://files.example/register.csv",)),
    S3Source(kind="s3", conn_id="partner", bucket="registers", path="ours", files=ALL),
    ImapSource(kind="imap", conn_id="partner", senders=("office@partner.example",), files=ALL),
    RestSource(kind="rest", conn_id="partner", path="/attendance", records="data"),
    SqlSource(kind="sql", conn_id="partner", table="attendance"),
)


def test_every_kind_of_the_contract_suite_has_its_native_client() -> None:
    assert set(CLIENTS) == set(places())


@pytest.mark.parametrize("declared", DECLARED, ids=lambda declared: declared.kind)
def test_no_secret_is_an_argument_that_others_see_or_shows_in_words(
    declared: DeclaredSource, tmp_path: Path
) -> None:
    credentials = Credentials(
        "partner",
        host="files.example",
        port=1234,
        login="registers",
        password=PASSWORD,
        schema="https",
        extra={
            "host_key": "ssh-ed25519 AAAA",
            "ca_file": "/ca.pem",
            "endpoint_url": "https://s3.example",
            "region_name": "eu-west-1",
        },
    )
    command = native_client(declared, credentials, tmp_path, FILE, tmp_path)
    assert PASSWORD not in repr(command)
    assert all(PASSWORD not in argument for argument in command.arguments)


def test_files_that_hold_a_secret_are_for_nobody_else(tmp_path: Path) -> None:
    key = {"host_key": "ssh-ed25519 AAAA", "private_key": "KEY", "private_key_passphrase": "x"}
    credentials = Credentials("partner", "files.example", 1234, "registers", PASSWORD, extra=key)
    for declared in DECLARED[:2]:
        native_client(declared, credentials, tmp_path, FILE, tmp_path)
    assert sorted(
        (path.name, path.stat().st_mode & 0o77)
        for path in tmp_path.iterdir()
        if any(secret in path.read_text(encoding="utf-8") for secret in (PASSWORD, "KEY"))
    ) == [("sftp-key", 0), ("smb-login", 0)]


def test_a_program_that_is_missing_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("benchmarks.native._PROGRAM_FOLDERS", ())
    assert missing_programs(["folder", "rest"]) == ["cp", "curl", "jq"]


def test_the_table_says_of_every_kind_whether_its_promises_are_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = Fetched("smb", "smbclient", 200.0, 1.4, 1.0, 9.9, 13.0)
    slow = Fetched("imap", "curl | base64", 200.0, 1.6, 1.0, 10.1, 65.0)
    assert [target.is_met for target in (*kept.targets, *slow.targets)] == [True] * 3 + [False] * 3
    show([Fetching("Fetching", "Seconds are wall time.", [kept, slow])])
    shown = capsys.readouterr().out
    lines = {line.split()[1]: line for line in shown.splitlines() if line.startswith("│")}
    assert lines["smb"].split()[-2] == "met"
    assert lines["imap"].split()[-2] == "missed"
    assert "missed  imap: polling: 10.1 s (at most 10 s)" in shown
    assert "CPU s" not in shown
