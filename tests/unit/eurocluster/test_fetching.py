"""What is fetched, what is not read again, what is not tried again."""

import json
import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from eurocluster.consortium.partners import Partner
from eurocluster.fetching import PartnerFetch
from eurocluster.sources.connections import Credentials, no_connections
from eurocluster.sources.protocol import AuthFailed, Limits, TooBig, Unreachable, Unstable
from tests.sources.servers.closed_door import closed_door

A_WEEK = timedelta(days=7).total_seconds()
NOW = 1_700_000_000.0


def partner(*sources: dict[str, Any]) -> Partner:
    names = ("attendance", "trainings", "exchanges")
    registers = [{"name": n, "source": s} for n, s in zip(names, sources, strict=False)]
    return Partner.model_validate(
        {
            "version": 1,
            "partner": "p1",
            "name": "Cluster p1",
            "country": "PL",
            "language": "pl",
            "registers": registers,
        }
    )


def folder(path: Path, *include: str, **files: Any) -> dict[str, Any]:
    return {"kind": "folder", "path": str(path), "files": {"include": list(include), **files}}


def fetching(declared: Partner, tmp_path: Path, **options: Any) -> PartnerFetch:
    options = {"lookup": no_connections, "clock": lambda: NOW, **options}
    return PartnerFetch(
        declared, tmp_path, tmp_path / "landing", tmp_path / "landing" / "seen", **options
    )


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    drive = tmp_path / "drive"
    drive.mkdir()
    return drive


def write(path: Path, content: bytes, age: float = 3600) -> None:

    path.write_bytes(content)
    os.utime(path, (NOW - age, NOW - age))


def test_a_file_that_has_not_changed_is_read_once(drive: Path, tmp_path: Path) -> None:
    write(drive / "a.csv", b"one")
    declared = partner(folder(drive, "*"))
    first = fetching(declared, tmp_path).fetch(declared.registers[0])
    again = fetching(declared, tmp_path).fetch(declared.registers[0])
    assert (first.read, first.bytes_read) == (1, 3)
    assert (again.read, again.bytes_read) == (0, 0)
    assert again.files == first.files


def test_a_file_that_has_changed_is_read_again(drive: Path, tmp_path: Path) -> None:
    write(drive / "a.csv", b"one")
    declared = partner(folder(drive, "*"))
    first = fetching(declared, tmp_path).fetch(declared.registers[0])
    write(drive / "a.csv", b"two", age=1800)
    again = fetching(declared, tmp_path).fetch(declared.registers[0])
    assert again.read == 1
    assert again.files[0].sha256 != first.files[0].sha256


@pytest.mark.parametrize("options", [{"reads_again": True}, {"clock": lambda: NOW + A_WEEK + 1}])
def test_once_a_week_and_when_asked_to_everything_is_read_again(
    drive: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    write(drive / "a.csv", b"one")
    declared = partner(folder(drive, "*"))
    fetching(declared, tmp_path).fetch(declared.registers[0])
    assert fetching(declared, tmp_path, **options).fetch(declared.registers[0]).read == 1


def test_a_file_whose_landed_copy_is_gone_is_read_again(drive: Path, tmp_path: Path) -> None:
    write(drive / "a.csv", b"one")
    declared = partner(folder(drive, "*"))
    first = fetching(declared, tmp_path).fetch(declared.registers[0])
    first.files[0].path.unlink()
    assert fetching(declared, tmp_path).fetch(declared.registers[0]).read == 1


def test_a_file_that_was_written_in_this_very_moment_is_not_taken_as_known(
    drive: Path, tmp_path: Path
) -> None:
    write(drive / "a.csv", b"one", age=0)
    declared = partner(folder(drive, "*"))
    fetching(declared, tmp_path).fetch(declared.registers[0])
    assert fetching(declared, tmp_path).fetch(declared.registers[0]).read == 1


@pytest.mark.parametrize("kept", [b'{"half', b"\xff\xfe", b"[]", b'{"place": {"a.csv": {}}}'])
def test_a_memory_that_cannot_be_read_costs_time_only(
    drive: Path, tmp_path: Path, kept: bytes
) -> None:
    write(drive / "a.csv", b"one")
    declared = partner(folder(drive, "*"))
    first = fetching(declared, tmp_path).fetch(declared.registers[0])
    (tmp_path / "landing" / "seen" / "p1.json").write_bytes(kept)
    assert fetching(declared, tmp_path).fetch(declared.registers[0]).files == first.files


@pytest.mark.parametrize("changed", [{"sha256": None}, {"read_at": 5}, {"read_at": "yesterday"}])
def test_a_memory_that_makes_no_sense_costs_time_only(
    drive: Path, tmp_path: Path, changed: dict[str, object]
) -> None:
    write(drive / "a.csv", b"one")
    declared = partner(folder(drive, "*"))
    first = fetching(declared, tmp_path).fetch(declared.registers[0])
    memory = tmp_path / "landing" / "seen" / "p1.json"
    kept = json.loads(memory.read_bytes())
    for files in kept.values():
        files["a.csv"] |= changed
    memory.write_text(json.dumps(kept))
    again = fetching(declared, tmp_path).fetch(declared.registers[0])
    assert (again.files, again.read) == (first.files, 1)


def test_the_same_content_under_two_names_is_one_file(drive: Path, tmp_path: Path) -> None:
    write(drive / "b.csv", b"one")
    write(drive / "a.csv", b"one")
    declared = partner(folder(drive, "*"))
    (file,) = fetching(declared, tmp_path).fetch(declared.registers[0]).files
    assert file.name == "a.csv"


def test_what_a_declaration_allows_is_asked_of_each_file(drive: Path, tmp_path: Path) -> None:
    write(drive / "fresh.csv", b"x", age=30)
    with (drive / "big.csv").open("wb") as file:
        file.truncate((1 << 20) + 1)
    declared = partner(
        folder(drive, "fresh*", settle="PT1M"), folder(drive, "big*", max_mib=1), folder(drive, "*")
    )
    with fetching(declared, tmp_path) as places:
        with pytest.raises(Unstable, match="less than 60 s ago"):
            places.fetch(declared.registers[0])
        with pytest.raises(TooBig, match="more than 1 MiB"):
            places.fetch(declared.registers[1])
        assert len(places.fetch(declared.registers[2]).files) == 2


def mails(mailbox: str) -> dict[str, Any]:
    return {
        "kind": "imap",
        "conn_id": "mail",
        "mailbox": mailbox,
        "senders": ["office@p1.example"],
        "files": {"include": ["*"]},
    }


def test_a_wrong_password_is_sent_once_whatever_lies_behind_it(tmp_path: Path) -> None:
    declared = partner(mails("INBOX"), mails("INBOX"), mails("Registers"))
    with closed_door() as door:
        extra = {"use_ssl": False}
        known = Credentials("mail", "127.0.0.1", door.port, "p1", "wrong", extra=extra)
        with fetching(declared, tmp_path, lookup=lambda _: known) as places:
            for register in declared.registers:
                with pytest.raises(AuthFailed):
                    places.fetch(register)
        assert door.asked == 1


def test_a_server_that_is_down_is_asked_once_for_all_registers_of_a_place(tmp_path: Path) -> None:
    declared = partner(mails("INBOX"), mails("INBOX"))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        known = Credentials(
            "mail", "127.0.0.1", silent.getsockname()[1], "p1", "x", extra={"use_ssl": False}
        )
        limits = Limits(connect=0.2, read=0.2)
        options = {"lookup": lambda _: known, "limits": limits}
        with fetching(declared, tmp_path, **options) as places:
            for register in declared.registers:
                with pytest.raises(Unreachable):
                    places.fetch(register)
        silent.setblocking(False)
        silent.accept()
        with pytest.raises(BlockingIOError):
            silent.accept()
