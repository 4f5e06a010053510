"""What only Windows shares can do, asked of Samba; the rest is in test_contract.py."""

import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from smbprotocol.open import FilePipePrinterAccessMask, Open

from eurocluster.consortium.sources import Files, SmbSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unstable,
)
from eurocluster.sources.smb import SmbShare
from tests.sources.kinds import LOGIN, PASSWORD, WRONG_PASSWORD
from tests.sources.servers.samba import NAMESPACE, SHARE, Samba, samba

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("smb")]

LIMITS = Limits(connect=3, read=2, deadline=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("share")


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samba]:
    with samba(folder, tmp_path_factory.mktemp("samba"), LOGIN, PASSWORD) as running:
        yield running


def share(
    port: int,
    path: str = "",
    *,
    name: str = SHARE,
    password: str = PASSWORD,
    limits: Limits = LIMITS,
) -> SmbShare:
    declared = SmbSource(
        kind="smb", conn_id="share", share=name, path=path, files=Files(include=("*",))
    )
    credentials = Credentials("share", "127.0.0.1", port, LOGIN, password)
    return SmbShare(declared, credentials, limits)


def test_a_name_that_windows_does_not_know_is_read_under_the_name_that_the_server_gives_it(
    server: Samba, folder: Path
) -> None:
    (folder / "mangled").mkdir()
    (folder / "mangled" / "who? what: why.csv").write_bytes(b"what")
    (folder / "mangled" / "..\\..\\evil.csv").write_bytes(b"evil")
    with closing(share(server.port, "mangled")) as source:
        files = list(source.list())
        contents = {b"".join(source.open(file)) for file in files}
    assert contents == {b"what", b"evil"}
    assert all(set(file.name).isdisjoint("?:\\/") for file in files)


def test_a_second_user_of_the_same_host_is_asked_for_a_password_of_their_own(
    server: Samba,
) -> None:
    with closing(share(server.port)), pytest.raises(AuthFailed):
        share(server.port, password=WRONG_PASSWORD)


def test_many_sessions_at_a_time_do_not_disturb_each_other(server: Samba, folder: Path) -> None:
    (folder / "many").mkdir()
    (folder / "many" / "register.csv").write_bytes(b"x" * 100_000)

    def read(_: int) -> int:
        with closing(share(server.port, "many")) as source:
            return sum(len(piece) for file in source.list() for piece in source.open(file))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(64))) == {100_000}


def test_a_namespace_is_told_as_such_with_what_to_declare_instead(server: Samba) -> None:
    with pytest.raises(UnexpectedAnswer, match="DFS namespace, which is not supported: declare"):
        share(server.port, name=NAMESPACE)


def test_a_file_that_a_program_keeps_for_itself_waits(server: Samba, folder: Path) -> None:
    (folder / "kept").mkdir()
    (folder / "kept" / "open.xlsx").write_bytes(b"being edited")
    with closing(share(server.port, "kept")) as source, kept_open(server, "kept\\open.xlsx"):
        (file,) = source.list()
        with pytest.raises(Unstable, match="open in another program"):
            b"".join(source.open(file))


@contextmanager
def kept_open(server: Samba, path: str) -> Iterator[None]:
    """Open a file as Excel does: nobody else may."""
    with closing(share(server.port)) as other:
        opened = Open(other._tree, path)
        opened.create(2, FilePipePrinterAccessMask.FILE_READ_DATA, 0, 0, 1, 0)
        try:
            yield
        finally:
            opened.close()


def test_a_folder_of_thousands_of_files_is_listed_whole(server: Samba, folder: Path) -> None:
    names = {f"register of partner number {number:05}.csv" for number in range(3000)}
    (folder / "thousands").mkdir()
    for name in names:
        (folder / "thousands" / name).touch()
    with closing(share(server.port, "thousands")) as source:
        assert {file.name for file in source.list()} == names


def test_more_files_than_allowed_are_refused(server: Samba, folder: Path) -> None:
    (folder / "crowded").mkdir()
    for number in range(11):
        (folder / "crowded" / f"{number}.csv").touch()
    limits = Limits(connect=3, read=2, listed=10)
    with (
        closing(share(server.port, "crowded", limits=limits)) as source,
        pytest.raises(TooBig, match="more than 10 files"),
    ):
        list(source.list())


def test_folders_below_the_depth_that_is_allowed_are_left_out(server: Samba, folder: Path) -> None:
    (folder / "deep" / "1" / "2" / "3").mkdir(parents=True)
    for name in ("here.csv", "1/2/there.csv", "1/2/3/too-deep.csv"):
        (folder / "deep" / name).touch()
    with closing(share(server.port, "deep", limits=Limits(connect=3, read=2, depth=2))) as source:
        assert {file.name for file in source.list()} == {"here.csv", "1/2/there.csv"}


def test_a_reading_that_is_given_up_leaves_the_connection_in_order(
    server: Samba, folder: Path
) -> None:
    (folder / "given-up").mkdir()
    (folder / "given-up" / "large.bin").write_bytes(bytes(10 << 20))
    with closing(share(server.port, "given-up")) as source:
        (file,) = source.list()
        for _ in range(3):
            pieces = source.open(file)
            assert len(next(pieces)) > 0
            pieces.close()  # type: ignore[attr-defined]
        assert sum(map(len, source.open(file))) == 10 << 20


@pytest.mark.parametrize("dialect", ["SMB2_02", "SMB2_10", "SMB3_00", "SMB3_02", "SMB3_11"])
def test_every_dialect_since_windows_vista_is_understood(dialect: str, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "register.csv").write_bytes(bytes(3 << 20))
    settings = f"server min protocol = SMB2_02\nserver max protocol = {dialect}"
    with (
        samba(tmp_path / "share", tmp_path / "samba", LOGIN, PASSWORD, settings) as server,
        closing(share(server.port)) as source,
    ):
        (file,) = source.list()
        assert sum(map(len, source.open(file))) == 3 << 20


def test_a_server_that_wants_everything_encrypted_is_read(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "register.csv").write_bytes(b"encrypted on the way")
    settings = "server smb encrypt = required"
    with (
        samba(tmp_path / "share", tmp_path / "samba", LOGIN, PASSWORD, settings) as server,
        closing(share(server.port)) as source,
    ):
        (file,) = source.list()
        assert b"".join(source.open(file)) == b"encrypted on the way"


def test_a_server_that_makes_a_guest_of_whoever_it_does_not_know_lets_nobody_in(
    tmp_path: Path,
) -> None:
    (tmp_path / "share").mkdir()
    settings = "map to guest = bad password"
    with (
        samba(tmp_path / "share", tmp_path / "samba", LOGIN, PASSWORD, settings) as server,
        pytest.raises(AuthFailed, match="guest"),
    ):
        share(server.port, password=WRONG_PASSWORD)


def test_the_library_does_not_log_users_and_files(
    server: Samba, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "logged").mkdir()
    (folder / "logged" / "Jane Roe.csv").touch()
    with caplog.at_level(logging.INFO), closing(share(server.port, "logged")) as source:
        (file,) = source.list()
        assert b"".join(source.open(file)) == b""
    assert LOGIN not in caplog.text
    assert "Jane Roe" not in caplog.text


def test_a_server_of_another_protocol_is_told_as_such_in_time() -> None:
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_like_a_web_server() -> None:
            client, _ = listening.accept()
            with client:
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                ended.wait(10)

        thread = threading.Thread(target=answer_like_a_web_server, daemon=True)
        thread.start()
        try:
            with pytest.raises(SourceError):
                share(listening.getsockname()[1])
        finally:
            ended.set()
            thread.join(10)


def test_a_connection_without_a_host_says_how_to_add_it() -> None:
    declared = SmbSource(kind="smb", conn_id="share", share=SHARE, files=Files(include=("*",)))
    with pytest.raises(MissingConnection, match="airflow connections add share"):
        SmbShare(declared, Credentials("share", login=LOGIN), LIMITS)
