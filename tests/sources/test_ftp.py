"""What is special to FTP: two channels, listings as text, servers that know less than others."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.consortium.sources import Files, FtpSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.ftp import FtpFolder
from eurocluster.sources.ftp_listings import machine_readable
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    TooBig,
    UnexpectedAnswer,
    Unreachable,
)
from tests.sources.servers.ftpd import FtpServer, pyftpd, vsftpd

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=30)
PASSWORD = "geheim"


def connect(
    server: FtpServer,
    kind: Literal["ftp", "ftps"] = "ftp",
    *,
    path: str = "",
    limits: Limits = LIMITS,
    **fields: Any,
) -> FtpFolder:
    below = "/".join(part for part in (server.path, path) if part)
    declared = FtpSource(kind=kind, conn_id="partner", path=below, files=Files(include=("*",)))
    extra = {"ca_file": str(server.certificate)} if server.certificate else {}
    known: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "login": server.login,
        "password": server.password,
        "extra": extra,
        **fields,
    }
    return FtpFolder(declared, Credentials("partner", **known), limits)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FtpServer]:
    """Without TLS; it claims to send its data from another host, and a folder is closed."""
    work = tmp_path_factory.mktemp("plain")
    with pyftpd(
        work, "partner", PASSWORD, tls=False, announced_host="192.0.2.1", closed="closed"
    ) as server:
        (server.folder / "register.csv").write_bytes(b"name;hours\nA;1\n")
        yield server


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FtpServer]:
    """With TLS."""
    with pyftpd(tmp_path_factory.mktemp("encrypted"), "partner", PASSWORD, tls=True) as server:
        (server.folder / "register.csv").write_bytes(b"name;hours\r\nA;1\n")
        yield server


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FtpServer]:
    """With TLS, of which one session is demanded, and without MLSD."""
    with vsftpd(tmp_path_factory.mktemp("old"), PASSWORD) as server:
        yield server


@contextmanager
def scripted(answer: Callable[[str], str | None], greeting: str = "220 ready") -> Iterator[int]:
    """Run a server that answers each command as a function says; None ends the connection."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines, suppress(OSError):
            connection.sendall(f"{greeting}\r\n".encode())
            for line in lines:
                told = answer(line.decode().strip())
                if told is None:
                    return
                connection.sendall(f"{told}\r\n".encode())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


def connect_to(port: int, kind: Literal["ftp", "ftps"] = "ftp") -> FtpFolder:
    declared = FtpSource(kind=kind, conn_id="partner", files=Files(include=("*",)))
    known = Credentials("partner", "127.0.0.1", port, "partner", PASSWORD)
    return FtpFolder(declared, known, LIMITS)


def test_data_come_from_the_host_of_the_control_channel_whatever_it_announces(
    plain: FtpServer,
) -> None:
    with closing(connect(plain)) as source:
        file = next(file for file in source.list() if file.name == "register.csv")
        assert b"".join(source.open(file)) == b"name;hours\nA;1\n"


def test_line_ends_stay_as_they_are_after_a_listing(encrypted: FtpServer) -> None:
    with closing(connect(encrypted, "ftps")) as source:
        (file,) = source.list()
        assert b"".join(source.open(file)) == b"name;hours\r\nA;1\n"


def test_a_file_replaced_within_one_second_by_one_of_its_size_is_another_version(
    plain: FtpServer,
) -> None:
    path = plain.folder / "swapped.csv"
    path.write_bytes(b"one")
    status = path.stat()
    with closing(connect(plain)) as source:
        file = next(file for file in source.list() if file.name == "swapped.csv")
        new = plain.folder / "new"
        new.write_bytes(b"two")
        os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
        new.replace(path)
        now = source.stat(file)
    path.unlink()
    assert (now.size, now.modified) == (file.size, file.modified)
    assert now.version != file.version


def test_a_line_break_in_a_name_hides_no_other_file_and_is_never_sent(plain: FtpServer) -> None:
    for name in ("line\nbreak.csv", "x\r\nDELE register.csv", "zz.csv"):
        (plain.folder / name).write_bytes(b"")
    with closing(connect(plain)) as source:
        found = {file.name: file for file in source.list()}
        assert {"line\nbreak.csv", "x\r\nDELE register.csv", "zz.csv"} <= set(found)
        for name in ("line\nbreak.csv", "x\r\nDELE register.csv"):
            with pytest.raises(UnexpectedAnswer, match="line break"):
                next(source.open(found[name]))
    assert (plain.folder / "register.csv").exists()
    for name in ("line\nbreak.csv", "x\r\nDELE register.csv", "zz.csv"):
        (plain.folder / name).unlink()


def test_a_file_that_is_left_half_read_does_not_disturb_the_next(encrypted: FtpServer) -> None:
    large = encrypted.folder / "large.bin"
    large.write_bytes(bytes(20 << 20))
    with closing(connect(encrypted, "ftps")) as source:
        found = {file.name: file for file in source.list()}
        pieces = source.open(found["large.bin"])
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert b"".join(source.open(found["register.csv"])) == b"name;hours\r\nA;1\n"
    large.unlink()


def test_a_folder_that_may_not_be_entered_is_not_passed_over(plain: FtpServer) -> None:
    (plain.folder / "closed").mkdir()
    with closing(connect(plain)) as source, pytest.raises(AuthFailed, match="closed/"):
        list(source.list())
    (plain.folder / "closed").rmdir()


def test_a_listing_stops_at_its_limits(plain: FtpServer) -> None:
    deep = plain.folder / "1" / "2" / "3"
    deep.mkdir(parents=True)
    for folder in (deep, *deep.parents[:2]):
        (folder / "file.csv").write_bytes(b"")
    limits = Limits(connect=3, read=3, depth=2)
    with closing(connect(plain, path="1", limits=limits)) as source:
        assert {file.name for file in source.list()} == {
            "file.csv",
            "2/file.csv",
            "2/3/file.csv",
        }
    limits = Limits(connect=3, read=3, listed=3)
    with closing(connect(plain, path="1", limits=limits)) as source, pytest.raises(TooBig):
        list(source.list())


def test_ftps_never_goes_on_without_tls(plain: FtpServer) -> None:
    with pytest.raises(NotTrusted, match="no encryption"):
        connect(plain, "ftps")


def test_the_password_is_not_sent_to_a_server_that_refuses_tls() -> None:
    heard: list[str] = []

    def answer(line: str) -> str:
        heard.append(line)
        return "502 no"

    with scripted(answer) as port, pytest.raises(NotTrusted):
        connect_to(port, "ftps")
    assert heard in (["AUTH TLS"], ["AUTH TLS", "QUIT"])


def test_a_certificate_of_an_unknown_authority_is_not_trusted(encrypted: FtpServer) -> None:
    with pytest.raises(NotTrusted, match="certificate"):
        connect(encrypted, "ftps", extra={})


def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    with (
        pyftpd(tmp_path, "partner", PASSWORD, tls=True, names="DNS:other.example") as server,
        pytest.raises(NotTrusted, match="certificate"),
    ):
        connect(server, "ftps")


def test_an_authority_that_cannot_be_read_is_told_to_the_coordinator(
    encrypted: FtpServer, tmp_path: Path
) -> None:
    with pytest.raises(MissingConnection, match="ca_file"):
        connect(encrypted, "ftps", extra={"ca_file": str(tmp_path / "none.pem")})


def test_a_connection_without_host_shows_how_to_add_one(plain: FtpServer) -> None:
    with pytest.raises(MissingConnection, match="airflow connections add partner"):
        connect(plain, host="")


@pytest.mark.parametrize(
    ("host", "port"), [("ftp..example", 21), (f"{'x' * 64}.example", 21), ("127.0.0.1", 70_000)]
)
def test_a_host_that_cannot_be_one_is_told_to_the_coordinator(
    plain: FtpServer, host: str, port: int
) -> None:
    with pytest.raises(MissingConnection, match="cannot be one"):
        connect(plain, host=host, port=port)


def test_a_host_that_nobody_knows_is_unreachable(plain: FtpServer) -> None:
    with pytest.raises(Unreachable, match="no host of this name"):
        connect(plain, host="ftp.invalid")


def test_a_refused_password_is_tried_once() -> None:
    heard: list[str] = []

    def answer(line: str) -> str:
        heard.append(line.partition(" ")[0])
        return {"USER": "331 go on", "PASS": "530 no"}.get(heard[-1], "221 bye")

    with scripted(answer) as port, pytest.raises(AuthFailed):
        connect_to(port)
    assert heard.count("PASS") == 1


def test_a_server_without_size_and_mlsd_is_told_as_such(tmp_path: Path) -> None:
    without = ("MLST", "MLSD", "SIZE")
    with pyftpd(
        tmp_path, "partner", PASSWORD, tls=False, without=without, lists_like_dos=True
    ) as server:
        (server.folder / "register.csv").write_bytes(b"")
        with (
            closing(connect(server)) as source,
            pytest.raises(UnexpectedAnswer, match="neither MLSD nor SIZE"),
        ):
            list(source.list())


def test_something_else_than_an_ftp_server_is_told_as_such() -> None:
    with (
        scripted(lambda _: None, greeting="* OK IMAP4rev1") as port,
        pytest.raises(UnexpectedAnswer),
    ):
        connect_to(port)


@pytest.mark.parametrize(
    "answers",
    [
        {"USER": None},
        {"USER": "421 too many of you"},
        {"USER": "331 go on", "PASS": "421 too many of you"},
    ],
)
def test_a_server_that_has_no_time_is_unreachable(answers: dict[str, str | None]) -> None:
    with (
        scripted(lambda line: answers.get(line.partition(" ")[0])) as port,
        pytest.raises(Unreachable),
    ):
        connect_to(port)


def test_a_session_that_broke_stays_closed(plain: FtpServer) -> None:
    source = connect(plain)
    file = next(iter(source.list()))
    source.close()
    started = time.monotonic()
    for act in (lambda: list(source.list()), lambda: source.stat(file)):
        with pytest.raises(Unreachable):
            act()
    assert time.monotonic() - started < 1


def test_without_mlsd_names_sizes_and_times_are_found_all_the_same(old: FtpServer) -> None:
    names = ("plain.csv", "  two spaces.csv", "-l.csv", "a -> b.csv", "folder [x]*/-in.csv")
    for name in names:
        path = old.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
        os.utime(path, (1_700_000_000, 1_700_000_000))
    with closing(connect(old, "ftps")) as source:
        found = list(source.list())
        assert {file.name for file in found} == set(names)
        for file in found:
            assert b"".join(source.open(file)) == file.name.encode()
            assert file.size == len(file.name)
            assert file.modified is not None
            assert file.modified.timestamp() == 1_700_000_000
            assert source.stat(file) == file


def test_without_mlsd_a_listing_like_that_of_windows_is_read_name_by_name(tmp_path: Path) -> None:
    without = ("MLST", "MLSD")
    with pyftpd(
        tmp_path, "partner", PASSWORD, tls=False, without=without, lists_like_dos=True
    ) as server:
        for name in ("register 2026.csv", "sub folder/more.csv", "sub folder/empty.csv"):
            path = server.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"" if "empty" in name else name.encode())
        with closing(connect(server)) as source:
            found = {file.name: file for file in source.list()}
            assert {name: file.size for name, file in found.items()} == {
                "register 2026.csv": 17,
                "sub folder/more.csv": 19,
                "sub folder/empty.csv": 0,
            }
            assert [source.stat(file) for file in found.values()] == list(found.values())


def test_without_mlsd_a_folder_that_is_not_there_is_no_empty_folder(old: FtpServer) -> None:
    with pytest.raises(NotThere):
        connect(old, "ftps", path="no such folder")


def test_a_path_out_of_the_folder_is_not_opened(plain: FtpServer) -> None:
    stranger = RemoteFile("x", 1, None, ref="../x")
    with closing(connect(plain)) as source, pytest.raises(NotTrusted):
        next(source.open(stranger))


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1),
        unique=True,
    )
)
def test_any_names_can_be_told_apart_in_a_listing(names: list[str]) -> None:
    names = [name for name in names if name not in (".", "..")]
    sent = "".join(f"type=file;size=1;modify=20260101000000; {name}\r\n" for name in names)
    found = [name for name, _ in machine_readable(sent.split("\r\n"))]
    whole = [name for name in names if "\r\n" not in name]
    assert [name for name in found if "\r\n" not in name] == whole
