"""Answers among files of other people: whole, with the rights of the folder above, never theirs."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.answer_folder import AnswerFolder, Written

STEPS = st.lists(
    st.sampled_from(["answer", "same answer", "mended", "added", "taken away", "removed"]),
    max_size=12,
)


@pytest.fixture
def answers(tmp_path: Path) -> AnswerFolder:
    folder = AnswerFolder(tmp_path, "answers")
    folder.prepare()
    return folder


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "visits (result).xlsx"
    path.write_bytes(b"first")
    return path


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@given(STEPS)
def test_nothing_that_somebody_else_wrote_is_ever_lost(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        above = Path(name)
        folder = AnswerFolder(above, "answers")
        folder.prepare()
        made = above / "visits (result).xlsx"
        ours: Written | None = None
        theirs: set[bytes] = set()
        for number, step in enumerate(steps):
            if step == "answer":
                made.write_bytes(b"answer %d" % number)
            if step in ("answer", "same answer") and made.exists():
                ours = folder.write(made, ours, ())
                assert folder.path(ours).read_bytes() == made.read_bytes()
            elif step == "mended" and ours is not None:
                folder.path(ours).write_bytes(b"mended in step %d" % number)
                theirs.add(b"mended in step %d" % number)
                ours = None  # a file of theirs under the name of our answer
            elif step == "added":
                (above / "answers" / f"own {number}").write_bytes(b"added in step %d" % number)
                theirs.add(b"added in step %d" % number)
            elif step == "taken away" and ours is not None:
                folder.path(ours).unlink(missing_ok=True)
            elif step == "removed" and ours is not None:
                folder.remove(ours)
                assert not folder.path(ours).exists()
                ours = None
        kept = {path.read_bytes() for path in (above / "answers").iterdir()}
        assert theirs <= kept


def test_an_answer_that_somebody_mended_keeps_its_place_and_the_next_gets_a_number(
    answers: AnswerFolder, made: Path
) -> None:
    first = answers.write(made, None, ())
    answers.path(first).write_bytes(b"mended by hand")
    made.write_bytes(b"second")
    second = answers.write(made, first, ())
    answers.remove(first)
    assert (first.name, second.name) == ("visits (result).xlsx", "visits (result) 2.xlsx")
    assert answers.path(first).read_bytes() == b"mended by hand"
    assert not answers.has(first)
    assert answers.has(second)


def test_an_answer_under_a_new_name_takes_the_earlier_one_away(
    answers: AnswerFolder, made: Path
) -> None:
    first = answers.write(made, None, ())
    second = answers.write(made.rename(made.with_name("visits (wynik).xlsx")), first, ())
    assert answers.has(second)
    assert not answers.path(first).exists()


def test_a_name_that_is_another_answers_on_a_drive_without_case_is_not_used(
    answers: AnswerFolder, made: Path
) -> None:
    assert answers.write(made, None, {"visits (result).xlsx"}).name == "visits (result) 2.xlsx"


def test_the_same_bytes_are_not_written_again(answers: AnswerFolder, made: Path) -> None:
    first = answers.write(made, None, ())
    assert answers.write(made, None, ()) == first


def test_a_link_in_place_of_an_answer_is_neither_followed_nor_removed(
    answers: AnswerFolder, made: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(made.read_bytes())
    link = tmp_path / "answers" / made.name
    link.symlink_to(elsewhere)
    written = answers.write(made, None, ())
    assert written.name == "visits (result) 2.xlsx"
    assert link.is_symlink()


def test_a_link_in_place_of_the_folder_is_not_followed(made: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "answers").symlink_to(elsewhere)
    folder = AnswerFolder(tmp_path, "answers")
    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's choice
        folder.prepare()
    with pytest.raises(OSError):  # noqa: PT011
        folder.write(made, None, ())
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("above", "folder", "file"),
    [
        (0o700, 0o700, 0o600),
        (0o3770, 0o2750, 0o640),
        (0o2750, 0o2750, 0o640),
        (0o777, 0o750, 0o640),
    ],
)
def test_who_may_open_the_folder_above_may_read_answers_and_nobody_else(
    above: int, folder: int, file: int, answers: AnswerFolder, made: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(above)
    answers.prepare()
    assert mode(tmp_path / "answers") == folder
    assert mode(answers.path(answers.write(made, None, ()))) == file


def test_what_was_left_unfinished_is_removed(answers: AnswerFolder, tmp_path: Path) -> None:
    (tmp_path / "answers" / ".part-0123").write_bytes(b"half")
    answers.prepare()
    assert list((tmp_path / "answers").iterdir()) == []
