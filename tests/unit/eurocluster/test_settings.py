"""The environment decides where things lie and which secret keys persons."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eurocluster.settings import Settings, load_settings, with_secret


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", data=tmp_path / "data")


def test_the_environment_names_home_and_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EUROCLUSTER_HOME", str(tmp_path / "h"))
    monkeypatch.setenv("EUROCLUSTER_DATA", str(tmp_path / "d"))
    settings = load_settings()
    assert (settings.home, settings.data) == (tmp_path / "h", tmp_path / "d")


def test_without_a_secret_one_is_made_once_and_only_its_owner_may_read_it(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.delenv("EUROCLUSTER_SECRET", raising=False)
    first = with_secret(settings)
    assert with_secret(settings).secret == first.secret
    assert (settings.data / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("has_one", [False, True])
def test_what_a_killed_process_has_half_kept_is_gone_after_the_next_start(
    has_one: bool, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.delenv("EUROCLUSTER_SECRET", raising=False)
    settings.data.mkdir()
    if has_one:
        (settings.data / "secret").write_text("the one that is in use\n")
    (settings.data / ".secret-4711").write_text("the one that is in use\nand another one beh")
    assert b"and another" not in (with_secret(settings).secret or b"")
    assert not list(settings.data.glob(".secret-*"))
    assert (settings.data / "secret").stat().st_nlink == 1


def test_processes_that_start_together_keep_one_secret(settings: Settings) -> None:
    call = (
        "import sys; from pathlib import Path; from eurocluster.settings import *;"
        "print(with_secret(Settings(Path(), Path(sys.argv[1]))).secret)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "EUROCLUSTER_SECRET"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", call, str(settings.data)],
            env=environment, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    told = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert len(told) == 1


def test_a_given_secret_goes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("EUROCLUSTER_SECRET", "from the environment")
    assert with_secret(settings).secret == b"from the environment"
    assert with_secret(settings, "from the connection").secret == b"from the connection"


def test_a_short_secret_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        with_secret(settings, "short")


def test_the_secret_does_not_show_in_a_representation(settings: Settings) -> None:
    assert "from the connection" not in repr(with_secret(settings, "from the connection"))


def test_a_rotated_secret_is_a_chain_one_per_line_the_oldest_first(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.delenv("EUROCLUSTER_SECRET", raising=False)
    settings.data.mkdir()
    (settings.data / "secret").write_text("the first of the secrets\nthe second of them\n")
    assert with_secret(settings).secret == b"the first of the secrets\nthe second of them"


@pytest.mark.parametrize(
    "written", ["one-of-16-letters another-of-them--", "\n".join(["a" * 16] * 2)]
)
def test_a_chain_in_one_line_has_blanks_between_its_secrets(
    written: str, settings: Settings
) -> None:
    chain = with_secret(settings, written).secret
    assert chain is not None
    assert chain.split(b"\n") == [word.encode() for word in written.split()]


def test_a_passphrase_is_one_secret_whatever_its_blanks(settings: Settings) -> None:
    assert with_secret(settings, " words of a passphrase ").secret == b"words of a passphrase"


def test_a_chain_with_a_short_secret_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        with_secret(settings, "one that is long enough\nshort")
