"""A register store is only ever keyed with the secrets that it was begun with."""

from pathlib import Path

import pytest

from eurocluster.store_keys import NOTE, WrongSecret, fingerprints, settled

FIRST, SECOND, OTHER = b"the first secret", b"the second secret", b"another secret of 16"


def test_a_new_store_notes_the_secrets_and_takes_them_again(tmp_path: Path) -> None:
    chain = FIRST + b"\n" + SECOND
    assert settled(tmp_path, chain) == chain
    assert settled(tmp_path, chain) == chain
    assert len(fingerprints(tmp_path)) == 2


@pytest.mark.parametrize("given", [OTHER, OTHER + b"\n" + FIRST, SECOND])
def test_another_secret_is_refused_with_what_to_do(tmp_path: Path, given: bytes) -> None:
    settled(tmp_path, FIRST)
    with pytest.raises(WrongSecret, match=r"everybody would count twice.*Put back the secret"):
        settled(tmp_path, given)


def test_a_chain_that_lost_its_end_is_refused(tmp_path: Path) -> None:
    settled(tmp_path, FIRST + b"\n" + SECOND)
    with pytest.raises(WrongSecret):
        settled(tmp_path, FIRST)


def test_a_chain_that_goes_further_than_the_store_is_used_as_far_as_the_store_goes(
    tmp_path: Path,
) -> None:
    settled(tmp_path, FIRST)
    assert settled(tmp_path, FIRST + b"\n" + SECOND) == FIRST


def test_a_store_from_before_there_were_notes_was_keyed_with_the_first(tmp_path: Path) -> None:
    record = tmp_path / "deliveries" / "partner=p1" / "attendance-000001.parquet"
    record.parent.mkdir(parents=True)
    record.touch()
    assert settled(tmp_path, FIRST + b"\n" + SECOND) == FIRST


def test_the_note_holds_no_secret(tmp_path: Path) -> None:
    settled(tmp_path, FIRST)
    noted = (tmp_path / NOTE).read_bytes()
    assert FIRST not in noted
    assert [path.name for path in tmp_path.iterdir()] == [NOTE]
