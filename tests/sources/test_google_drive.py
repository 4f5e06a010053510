"""What is special to Google Drive, asked of a Drive of our own: the real one cannot be had here.

Shown is that the connector keeps to the documented protocol, not that Google does.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from eurocluster.consortium.sources import Files, GoogleDriveSource
from eurocluster.landing import land
from eurocluster.sources.connections import Credentials
from eurocluster.sources.google_drive import GoogleDriveFolder
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unstable,
    Vanished,
)
from tests.sources.servers.drive import (
    ACCOUNT,
    FOLDER,
    ROOT,
    SHEET,
    SHORTCUT,
    DriveServer,
    drive,
)

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=20)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DriveServer]:
    with drive(tmp_path_factory.mktemp("drive")) as server:
        yield server


@pytest.fixture
def server(running: DriveServer) -> DriveServer:
    """Drive with one empty folder, an empty journal and no fault."""
    running.desk.clear()
    running.empty()
    return running


def account(server: DriveServer, **more: Any) -> dict[str, Any]:
    return {"client_email": ACCOUNT, "private_key": server.private_key, **more}


def folder(
    server: DriveServer,
    folder_id: str = ROOT,
    *,
    told: Any = None,
    limits: Limits = LIMITS,
) -> GoogleDriveFolder:
    declared = GoogleDriveSource(
        kind="google_drive", conn_id="partner", folder_id=folder_id, files=Files(include=("*",))
    )
    base = f"http://127.0.0.1:{server.port}"
    extra = {
        "service_account": account(server) if told is None else told,
        "endpoint": f"{base}/drive/v3",
        "token_url": f"{base}/token",
    }
    return GoogleDriveFolder(declared, Credentials("partner", extra=extra), limits)


def names(server: DriveServer, folder_id: str = ROOT) -> list[str]:
    with closing(folder(server, folder_id)) as source:
        return sorted(file.name for file in source.list())


def test_a_sheet_comes_as_a_workbook_and_is_not_changed_by_being_read(
    server: DriveServer, tmp_path: Path
) -> None:
    server.put("Anwesenheit", b"PK as exported", kind=SHEET)
    with closing(folder(server)) as source:
        [file] = source.list()
        assert (file.name, file.size) == ("Anwesenheit.xlsx", None)
        landed = land(source, file, tmp_path / "landing")
        assert landed.path.read_bytes() == b"PK as exported"
        assert source.stat(file) == file


def test_a_sheet_that_is_edited_while_it_is_read_lands_nothing(
    server: DriveServer, tmp_path: Path
) -> None:
    server.put("Sheet", b"before", kind=SHEET)
    with closing(folder(server)) as source:
        [file] = source.list()
        server.put("Sheet", b"after", kind=SHEET)
        with pytest.raises(Unstable):
            land(source, file, tmp_path / "landing")


def test_shortcuts_documents_and_the_bin_are_left_out(server: DriveServer) -> None:
    server.put("register.csv", b"x")
    server.put("leads elsewhere.csv", b"", kind=SHORTCUT)
    server.put("Minutes", b"", kind="application/vnd.google-apps.document")
    server.trash(server.put("old.csv", b"x"))
    assert names(server) == ["register.csv"]


def test_folders_of_several_pages_are_listed_whole_with_one_token(server: DriveServer) -> None:
    below = server.folder("below")
    for number in range(120):
        server.put(f"{number}.csv", b"x", below)
    assert len(names(server)) == 120
    assert server.desk.asked("/token") == 1


def test_folders_that_contain_each_other_end(server: DriveServer) -> None:
    below = server.folder("below")
    server.put("register.csv", b"x", below)
    server.describe(ROOT, "Registers", below, FOLDER)
    assert names(server) == ["below/register.csv"]


def test_an_id_with_quotes_stays_an_id(server: DriveServer) -> None:
    with pytest.raises(NotThere):
        names(server, "x' or 'a' in parents or name = 'y")


def test_a_slash_in_a_name_is_no_folder(server: DriveServer) -> None:
    server.put("2026/01.csv", b"x")
    assert names(server) == ["2026_01.csv"]


@pytest.mark.parametrize("place", ["a file", "the bin"])
def test_a_folder_that_is_none_any_more_is_told(server: DriveServer, place: str) -> None:
    below = server.put("file.csv", b"x") if place == "a file" else server.folder("below")
    if place == "the bin":
        server.trash(below)
    with pytest.raises(NotThere):
        names(server, below)


def test_a_file_in_the_bin_has_vanished(server: DriveServer) -> None:
    id_ = server.put("register.csv", b"x")
    with closing(folder(server)) as source:
        [file] = source.list()
        server.trash(id_)
        with pytest.raises(Vanished):
            source.stat(file)


def test_a_key_may_come_as_the_text_that_google_gave_out(server: DriveServer) -> None:
    server.put("register.csv", b"x")
    told = json.dumps(account(server, token_uri="https://elsewhere.example/token"))
    with closing(folder(server, told=told)) as source:
        assert [file.name for file in source.list()] == ["register.csv"]


def test_another_account_is_refused(server: DriveServer) -> None:
    told = account(server, client_email="somebody@consortium.iam.gserviceaccount.example")
    with pytest.raises(AuthFailed, match="invalid_grant"):
        folder(server, told=told)


def _key_of_another_kind() -> str:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    "key", ["sesam", "-----BEGIN PRIVATE KEY-----\nc2VzYW0=\n-----END PRIVATE KEY-----", None]
)
def test_a_key_that_is_none_is_told_without_showing_it(
    server: DriveServer, key: str | None
) -> None:
    told = account(server, private_key=key or _key_of_another_kind())
    with pytest.raises(MissingConnection, match="key") as failed:
        folder(server, told=told)
    assert not any(secret in repr(failed.value) for secret in ("sesam", "c2VzYW0"))


@pytest.mark.parametrize("told", ["", "no json", "[]", {"client_email": ACCOUNT}])
def test_a_connection_without_an_account_is_told_with_the_command(
    server: DriveServer, told: Any
) -> None:
    with pytest.raises(MissingConnection, match="airflow connections add partner"):
        folder(server, told=told)


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("insufficientFilePermissions", AuthFailed),
        ("accessNotConfigured", AuthFailed),
        ("exportSizeLimitExceeded", TooBig),
        ("cannotDownloadAbusiveFile", NotTrusted),
    ],
)
def test_what_google_forbids_is_told_by_its_reason(
    server: DriveServer, reason: str, error: type[SourceError]
) -> None:
    server.put("register.csv", b"x")
    with closing(folder(server)) as source:
        [file] = source.list()
        server.desk.order("forbidden", reason=reason)
        with pytest.raises(error):
            b"".join(source.open(file))


def test_a_limit_of_requests_is_waited_for_though_it_is_called_forbidden(
    server: DriveServer,
) -> None:
    server.put("register.csv", b"x")
    with closing(folder(server)) as source:
        [file] = source.list()
        server.desk.order("forbidden", times=2, reason="userRateLimitExceeded")
        assert b"".join(source.open(file)) == b"x"


def test_a_list_that_google_could_not_finish_is_not_believed(server: DriveServer) -> None:
    server.desk.order("incomplete")
    with pytest.raises(Unstable, match="a part of it only"):
        names(server)


def test_pages_that_go_round_in_a_circle_are_noticed(server: DriveServer) -> None:
    for number in range(120):
        server.put(f"{number}.csv", b"x")
    server.desk.order("circle")
    with pytest.raises(UnexpectedAnswer, match="circle"):
        names(server)


def test_a_folder_of_too_many_files_is_told(server: DriveServer) -> None:
    for number in range(8):
        server.put(f"{number}.csv", b"x")
    with (
        closing(folder(server, limits=replace(LIMITS, listed=7))) as source,
        pytest.raises(TooBig),
    ):
        list(source.list())
