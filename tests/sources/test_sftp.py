"""What only SSH servers can do, asked of OpenSSH; the rest is in test_contract.py."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from eurocluster.consortium.sources import Files, SftpSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    TooBig,
)
from eurocluster.sources.sftp import SftpFolder
from tests.sources.kinds import PASSWORD, WRONG_PASSWORD
from tests.sources.servers.processes import free_port
from tests.sources.servers.ssh import Sshd, allow_key, make_key, sshd

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sftp")]

LIMITS = Limits(connect=3, read=2, deadline=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sshd")


@pytest.fixture(scope="module")
def server(folder: Path, work: Path) -> Iterator[Sshd]:
    with sshd(folder, work, settings="LogLevel VERBOSE") as running:
        yield running


def reached(
    server: Sshd,
    path: str = "",
    *,
    extra: Mapping[str, str] | None = None,
    password: str = "",
    limits: Limits = LIMITS,
) -> SftpFolder:
    declared = SftpSource(kind="sftp", conn_id="folder", path=path, files=Files(include=("*",)))
    known = {"host_key": "".join(server.host_keys), "private_key": server.private_key}
    credentials = Credentials(
        "folder", "127.0.0.1", server.port, "root", password, extra={**known, **(extra or {})}
    )
    return SftpFolder(declared, credentials, limits)


def names(source: SftpFolder) -> set[str]:
    with closing(source):
        return {file.name for file in source.list()}


def test_a_server_that_shows_another_key_is_not_trusted(server: Sshd, tmp_path: Path) -> None:
    make_key(tmp_path / "other", "ed25519")
    other = (tmp_path / "other.pub").read_text(encoding="ascii")
    with pytest.raises(NotTrusted, match="another key"):
        reached(server, extra={"host_key": other})


def test_a_server_without_a_key_of_the_pinned_kind_is_not_trusted(tmp_path: Path) -> None:
    make_key(tmp_path / "other", "rsa")
    other = (tmp_path / "other.pub").read_text(encoding="ascii")
    (tmp_path / "files").mkdir()
    with (
        sshd(tmp_path / "files", tmp_path / "sshd", host_key_types=("ed25519",)) as server,
        pytest.raises(NotTrusted, match="no key of the kind"),
    ):
        reached(server, extra={"host_key": other})


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["ed25519", "ecdsa", "rsa"])
def test_any_one_of_the_servers_keys_is_enough(server: Sshd, kind: int) -> None:
    reached(server, extra={"host_key": server.host_keys[kind]}).close()


def test_an_old_and_a_new_key_may_be_pinned_together(server: Sshd, tmp_path: Path) -> None:
    make_key(tmp_path / "old", "ed25519")
    old = (tmp_path / "old.pub").read_text(encoding="ascii")
    reached(server, extra={"host_key": f"{old}{server.host_keys[0]}"}).close()


def test_the_lines_of_ssh_keyscan_are_pinned_as_they_are(server: Sshd) -> None:
    scanned = subprocess.run(
        ["ssh-keyscan", "-p", str(server.port), "127.0.0.1"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"[127.0.0.1]:{server.port}" in scanned
    reached(server, extra={"host_key": f"# a comment\n{scanned}"}).close()


@pytest.mark.parametrize(
    "host_key", ["", "# nothing", "ssh-ed25519 not*base64", "ssh-rsa AAAA…", "a.org"]
)
def test_without_a_pinned_key_nobody_is_connected_to_and_the_command_is_told(
    host_key: str,
) -> None:
    nobody = Sshd(free_port(), (), "")
    with pytest.raises(MissingConnection, match=f"ssh-keyscan -p {nobody.port} 127.0.0.1"):
        reached(nobody, extra={"host_key": host_key})


@pytest.mark.parametrize("passphrase", ["", PASSWORD], ids=["plain", "passphrase"])
@pytest.mark.parametrize("written", ["OPENSSH", "PEM", "PKCS8"])
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_private_keys_of_every_kind_let_in(
    server: Sshd, work: Path, tmp_path: Path, kind: str, written: str, passphrase: str
) -> None:
    path = tmp_path / "key"
    make_key(path, kind, passphrase=passphrase)
    if written != "OPENSSH":
        rewritten = ["ssh-keygen", "-q", "-p", "-m", written, "-f", str(path)]
        subprocess.run([*rewritten, "-P", passphrase, "-N", passphrase], check=True)
    allow_key(work, tmp_path / "key.pub")
    extra = {"private_key": path.read_text(encoding="ascii")}
    if passphrase:
        extra["private_key_passphrase"] = passphrase
    reached(server, extra=extra).close()


@pytest.mark.parametrize("passphrase", ["", WRONG_PASSWORD])
def test_a_key_that_its_passphrase_does_not_open_is_the_coordinators_matter(
    server: Sshd, tmp_path: Path, passphrase: str
) -> None:
    extra = {"private_key": make_key(tmp_path / "key", "ed25519", passphrase=PASSWORD)}
    extra["private_key_passphrase"] = passphrase
    with pytest.raises(MissingConnection, match="private_key_passphrase"):
        reached(server, extra=extra)


def test_a_wrong_password_is_tried_once(server: Sshd, work: Path) -> None:
    log = work / "sshd.log"
    before = log.read_text(encoding="utf-8").count("Failed password")
    with pytest.raises(AuthFailed):
        reached(server, extra={"private_key": ""}, password=WRONG_PASSWORD)
    assert log.read_text(encoding="utf-8").count("Failed password") == before + 1


def test_a_server_that_wants_another_way_to_sign_in_says_which(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    settings = "PasswordAuthentication no"
    with (
        sshd(tmp_path / "files", tmp_path / "sshd", settings=settings) as server,
        pytest.raises(AuthFailed, match="another way to sign in: publickey"),
    ):
        reached(server, extra={"private_key": ""}, password=PASSWORD)


def test_a_server_with_old_ciphers_only_is_read(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "register.csv").touch()
    settings = "Ciphers aes256-ctr\nMACs hmac-sha2-512"
    with sshd(tmp_path / "files", tmp_path / "sshd", settings=settings) as server:
        assert names(reached(server)) == {"register.csv"}


def test_a_relative_path_starts_at_the_home_and_an_absolute_one_at_the_root(
    server: Sshd, folder: Path
) -> None:
    (folder / "in" / "it").mkdir(parents=True)
    (folder / "in" / "it" / "register.csv").touch()
    assert names(reached(server, "in")) == {"it/register.csv"}
    assert names(reached(server, f"{folder}/in/")) == {"it/register.csv"}


def test_a_file_is_no_place(server: Sshd, folder: Path) -> None:
    (folder / "file").write_bytes(b"")
    with (
        closing(reached(server, "file")) as source,
        pytest.raises(NotThere, match="is a file, not a folder"),
    ):
        list(source.list())


def test_pipes_and_links_are_left_out(server: Sshd, folder: Path) -> None:
    (folder / "odd").mkdir()
    os.mkfifo(folder / "odd" / "pipe.csv")
    (folder / "odd" / "link.csv").symlink_to("register.csv")
    (folder / "odd" / "register.csv").touch()
    assert names(reached(server, "odd")) == {"register.csv"}


def test_a_name_that_is_not_utf_8_is_listed_and_read(server: Sshd, folder: Path) -> None:
    (folder / "latin").mkdir()
    (Path(os.fsdecode(os.fsencode(folder / "latin") + b"/caf\xe9.csv"))).write_bytes(b"coffee")
    with closing(reached(server, "latin")) as source:
        (file,) = source.list()
        assert file.name == "caf\N{REPLACEMENT CHARACTER}.csv"
        assert b"".join(source.open(file)) == b"coffee"
        assert source.stat(file) == file


def test_more_files_than_allowed_are_refused(server: Sshd, folder: Path) -> None:
    (folder / "crowded").mkdir()
    for number in range(11):
        (folder / "crowded" / f"{number}.csv").touch()
    with (
        closing(reached(server, "crowded", limits=Limits(listed=10))) as source,
        pytest.raises(TooBig, match="more than 10 files"),
    ):
        list(source.list())


def test_folders_below_the_depth_that_is_allowed_are_left_out(server: Sshd, folder: Path) -> None:
    (folder / "deep" / "1" / "2" / "3").mkdir(parents=True)
    for name in ("here.csv", "1/2/there.csv", "1/2/3/too-deep.csv"):
        (folder / "deep" / name).touch()
    source = reached(server, "deep", limits=Limits(depth=2))
    assert names(source) == {"here.csv", "1/2/there.csv"}
