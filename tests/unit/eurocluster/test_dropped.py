"""Drop folders: who gets an answer, when again, and what a file there can never do."""

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from eurocluster.dropped import Dropped, judge_dropped, judge_patiently
from eurocluster.settings import Settings

TRAINING = {
    "training_id": "T-1", "title": "Welding", "objective": "4a", "audience": "sme_workers",
    "start_date": "2024-03-04", "end_date": "2024-03-05", "lead_partner": "north",
    "status": "delivered",
}  # fmt: skip
WRONG = TRAINING | {"training_id": "T-2", "start_date": "2024-02-31"}


@pytest.fixture
def settings(make_consortium: Callable[..., Path], settings_for: Any) -> Settings:
    """Settings of a consortium with two partners, their drop folders made."""
    home = make_consortium({"north": {"trainings": [TRAINING]}, "south": {"trainings": [TRAINING]}})
    settings: Settings = settings_for(home)
    assert list(judge_dropped(settings)) == []
    return settings


@pytest.fixture
def drop(settings: Settings, write_rows: Any) -> Callable[..., Path]:
    """Puts rows into the drop folder of north, or of somebody else."""

    def put(name: str, *rows: dict[str, str], partner: str = "north") -> Path:
        path = settings.drop / partner / name
        write_rows(path, rows)
        return path

    return put


def judge(settings: Settings) -> list[Dropped]:
    return list(judge_dropped(settings, settle=0))


def judge_one(settings: Settings) -> Dropped:
    (dropped,) = judge(settings)
    return dropped


def answers(settings: Settings, partner: str = "north") -> list[str]:
    return sorted(path.name for path in (settings.drop / partner / "answers").iterdir())


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def redeclare(settings: Settings, **changed: str) -> None:
    path = settings.home / "partners" / "north.yml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(declared | changed), encoding="utf-8")


def words_in(workbook: Path) -> str:
    rows = openpyxl.load_workbook(workbook).worksheets[0].iter_rows(values_only=True)
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def test_a_file_is_answered_with_its_returned_workbook_and_submitted_nowhere(
    settings: Settings, drop: Any
) -> None:
    drop("trainings.csv", TRAINING, WRONG)
    dropped = judge_one(settings)
    assert (dropped.partner, dropped.name, dropped.state) == ("north", "trainings.csv", "judged")
    assert (dropped.errors, dropped.is_good) == (1, False)
    assert dropped.answer == settings.drop / "north" / "answers" / "trainings.csv (result).xlsx"
    assert "2024-02-31" in str(list(openpyxl.load_workbook(dropped.answer).worksheets[1].values))
    outside = [path for path in files(settings.data) if not path.is_relative_to(settings.drop)]
    assert outside == []
    assert answers(settings) == ["trainings.csv (result).xlsx"]
    assert list(settings.drop.glob(".judging-*")) == []


def test_a_file_that_was_written_just_now_waits_even_if_it_says_that_it_is_old(
    settings: Settings, drop: Any
) -> None:
    for name, age in (("new.csv", 0), ("copied.csv", 86_400)):
        path = drop(name, TRAINING)
        os.utime(path, (time.time() - age, time.time() - age))
    seen = list(judge_dropped(settings))
    assert [(d.name, d.state) for d in seen] == [("copied.csv", "waiting"), ("new.csv", "waiting")]
    later = list(judge_dropped(settings, clock=lambda: time.time() + 11))
    assert [d.state for d in later] == ["judged", "judged"]


def test_whoever_is_patient_gets_the_answer_to_a_file_that_had_to_wait(
    settings: Settings, drop: Any
) -> None:
    drop("trainings.csv", TRAINING)
    assert [d.state for d in judge_patiently(settings, settle=0.3)] == ["waiting", "judged"]


def test_a_file_is_judged_again_when_its_content_changes_and_not_when_only_its_time_does(
    settings: Settings, drop: Any
) -> None:
    path = drop("trainings.csv", TRAINING)
    first = judge_one(settings)
    assert first.answer is not None
    written = first.answer.stat().st_mtime_ns
    assert judge_one(settings).state == "known"
    os.utime(path, (0, 0))
    touched = judge_one(settings)
    assert (touched.state, touched.errors) == ("known", 0)
    assert first.answer.stat().st_mtime_ns == written
    drop("trainings.csv", TRAINING, WRONG)
    again = judge_one(settings)
    assert (again.state, again.errors, again.answer) == ("judged", 1, first.answer)


def test_a_file_is_judged_again_when_the_partners_declaration_changes(
    settings: Settings, drop: Any
) -> None:
    drop("trainings.csv", TRAINING)
    judge_one(settings)
    redeclare(settings, steward="registers@north.example")
    assert judge_one(settings).state == "known"
    redeclare(settings, language="pl")
    assert judge_one(settings).state == "judged"
    assert answers(settings) == ["trainings.csv (wynik).xlsx"]


def test_an_answer_that_was_taken_away_comes_back_when_the_file_is_put_there_again(
    settings: Settings, drop: Any
) -> None:
    path = drop("trainings.csv", TRAINING)
    answer = judge_one(settings).answer
    assert answer is not None
    answer.unlink()
    known = judge_one(settings)
    assert (known.state, known.answer) == ("known", None)
    os.utime(path)
    assert judge_one(settings).answer == answer
    assert answer.exists()


def test_the_answer_of_a_file_that_is_taken_away_goes_too(settings: Settings, drop: Any) -> None:
    path = drop("trainings.csv", TRAINING)
    judge_one(settings)
    path.unlink()
    assert judge(settings) == []
    assert answers(settings) == []


def test_an_answer_in_which_somebody_has_mended_cells_is_left_to_them(
    settings: Settings, drop: Any
) -> None:
    path = drop("trainings.csv", TRAINING, WRONG)
    answer = judge_one(settings).answer
    assert answer is not None
    answer.write_bytes(b"mended by hand")
    path.unlink()
    assert judge(settings) == []
    assert answer.read_bytes() == b"mended by hand"


@pytest.mark.parametrize("memory", [None, '{"trainings.csv": {"version": 1}}'])
def test_a_memory_that_is_lost_or_spoilt_costs_one_more_judging_and_no_second_answer(
    memory: str | None, settings: Settings, drop: Any
) -> None:
    drop("trainings.csv", TRAINING)
    judge_one(settings)
    kept = settings.drop / ".judged" / "north.json"
    if memory is None:
        kept.unlink()
    else:
        kept.write_text(memory)
    assert judge_one(settings).state == "judged"
    assert judge_one(settings).state == "known"
    assert answers(settings) == ["trainings.csv (result).xlsx"]


def test_a_file_that_cannot_be_read_is_answered_in_the_partners_language(
    settings: Settings,
) -> None:
    redeclare(settings, language="de")
    (settings.drop / "north" / "scan.xlsx").write_bytes(b"%PDF-1.7 no table")
    dropped = judge_one(settings)
    assert (dropped.state, dropped.errors) == ("judged", 1)
    assert dropped.answer is not None
    assert dropped.answer.name == "scan (Ergebnis).xlsx"
    said = words_in(dropped.answer)
    assert "Die Datei konnte nicht gelesen werden." in said
    assert "PDF" in said


def test_a_workbook_that_can_be_read_but_not_marked_comes_back_as_a_workbook_of_its_cells(
    settings: Settings, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (list(WRONG), list(WRONG.values())):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "whole.xlsx") as whole,
        zipfile.ZipFile(settings.drop / "north" / "odd.xlsx", "w") as odd,
    ):
        for part in whole.namelist():
            odd.writestr(part, b"<oops" if part == "docProps/app.xml" else whole.read(part))
    dropped = judge_one(settings)
    assert dropped.state == "judged"
    assert dropped.answer is not None
    assert "2024-02-31" in str(list(openpyxl.load_workbook(dropped.answer).worksheets[-1].values))


def test_files_that_programs_leave_beside_registers_are_not_looked_at(settings: Settings) -> None:
    for name in ("~$trainings.xlsx", ".~lock.trainings.ods#", ".DS_Store", "Thumbs.db", "a.part"):
        (settings.drop / "north" / name).write_bytes(b"x")
    assert judge(settings) == []


def test_what_is_of_no_declared_partner_is_told_and_not_looked_at(
    settings: Settings, drop: Any
) -> None:
    drop("trainings.csv", TRAINING, partner="nobody")
    (settings.drop / "loose.csv").write_text("x")
    seen = judge(settings)
    assert [(d.partner, d.name, d.state, d.answer) for d in seen] == [
        ("", "loose.csv", "stray", None),
        ("nobody", "", "stray", None),
    ]
    assert "declared are north, south" in seen[1].cause
    assert [path.name for path in files(settings.drop / "nobody")] == ["trainings.csv"]


def test_no_link_is_followed_to_a_file_or_out_of_the_folder(
    settings: Settings, drop: Any, tmp_path: Path
) -> None:
    outside = drop("secret.csv", TRAINING, partner="../../elsewhere")
    north = settings.drop / "north"
    (north / "link.csv").symlink_to(outside)
    (north / "folder").symlink_to(outside.parent)
    os.mkfifo(north / "pipe.csv")
    assert judge(settings) == []
    assert [path.name for path in outside.parent.iterdir()] == ["secret.csv"]


def test_a_partner_whose_folder_or_answers_are_a_link_costs_no_other_partner(
    settings: Settings, drop: Any, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    drop("trainings.csv", TRAINING)
    (settings.drop / "north" / "answers").rmdir()
    (settings.drop / "north" / "answers").symlink_to(elsewhere)
    drop("trainings.csv", TRAINING, partner="south")
    seen = judge(settings)
    assert [(d.partner, d.state) for d in seen] == [("north", "failed"), ("south", "judged")]
    (settings.drop / "north").rename(tmp_path / "north")
    (settings.drop / "north").symlink_to(tmp_path / "north")
    seen = judge(settings)
    assert [(d.partner, d.state) for d in seen] == [("north", "stray"), ("south", "known")]
    assert list(elsewhere.iterdir()) == []


def test_every_file_gets_an_answer_of_its_own_whatever_it_is_called(settings: Settings) -> None:
    names = [
        b"sha256", b"north", b"a:b.csv", b"a_b.csv", b"two\nlines.csv", b"\x1b[31mred.csv",
        b"caf\xe9.csv", "Ω".encode() * 100 + b".csv", b"CON.csv", b"#100 %20;[x].csv", b"a..csv",
        b"Visits.xlsx", b"visits.xlsx",
    ]  # fmt: skip
    for name in names:
        (settings.drop / "north" / os.fsdecode(name)).write_bytes(b"%PDF-1.7 " + name)
    seen = judge(settings)
    assert [d.state for d in seen] == ["judged"] * len(names)
    assert len({d.answer.name.casefold() for d in seen if d.answer}) == len(names)
    assert all(d.name.isprintable() for d in seen)
    assert [d.state for d in judge(settings)] == ["known"] * len(names)


def test_files_in_folders_of_the_partner_are_answered_by_their_whole_name(
    settings: Settings, drop: Any
) -> None:
    drop("2024/trainings.csv", TRAINING)
    dropped = judge_one(settings)
    assert dropped.name == "2024 - trainings.csv"
    assert answers(settings) == ["2024 - trainings.csv (result).xlsx"]


def test_a_heap_of_files_of_one_partner_does_not_delay_another(
    settings: Settings, drop: Any
) -> None:
    for number in range(3):
        drop(f"{number}.csv", TRAINING)
    drop("trainings.csv", TRAINING, partner="south")
    order = [(d.partner, d.name) for d in judge(settings)]
    assert order.index(("south", "trainings.csv")) == 1


def test_folders_are_made_for_the_pipelines_account_alone_and_stay_as_they_are_made_later(
    settings: Settings, drop: Any
) -> None:
    north = settings.drop / "north"
    modes = [path.stat().st_mode & 0o7777 for path in (settings.drop, north, north / "answers")]
    assert modes == [0o700, 0o700, 0o700]
    north.chmod(0o3770)
    drop("trainings.csv", TRAINING)
    answer = judge_one(settings).answer
    assert answer is not None
    assert [path.stat().st_mode & 0o7777 for path in (north, answer.parent, answer)] == [
        0o3770, 0o2750, 0o640,
    ]  # fmt: skip


def test_copies_that_an_interrupted_judging_left_are_removed(settings: Settings) -> None:
    left = settings.drop / ".judging-left"
    (left / "landed").mkdir(parents=True)
    (left / "landed" / "copy").write_bytes(b"rows")
    judge(settings)
    assert not left.exists()


def test_a_look_that_finds_nothing_new_imports_nothing_heavy(settings: Settings, drop: Any) -> None:
    drop("trainings.csv", TRAINING)
    judge_one(settings)
    look = (
        "import sys\n"
        "from eurocluster.dropped import judge_dropped\n"
        "from eurocluster.settings import load_settings, with_secret\n"
        "print([d.state for d in judge_dropped(with_secret(load_settings()))])\n"
        "print({'pandas', 'pandera', 'pyarrow', 'numpy', 'schemas'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True,
        env=os.environ | {"EUROCLUSTER_HOME": str(settings.home),
                          "EUROCLUSTER_DATA": str(settings.data)},
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["['known']", "set()"]


def test_a_file_that_may_not_be_opened_is_told_answered_and_judged_once_it_may(
    settings: Settings, drop: Any
) -> None:
    closed = drop("closed.csv", TRAINING)
    drop("open.csv", TRAINING)
    drop("trainings.csv", TRAINING, partner="south")
    (settings.drop / "south" / "below").mkdir(mode=0o000)
    closed.chmod(0o000)
    no_override = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    look = (
        "from eurocluster.dropped import judge_dropped\n"
        "from eurocluster.settings import load_settings, with_secret\n"
        "for d in judge_dropped(with_secret(load_settings()), settle=0):\n"
        "    print(d.partner, d.name, d.state, d.cause)\n"
    )
    done = subprocess.run(
        [*(no_override if os.geteuid() == 0 else []), sys.executable, "-c", look],
        capture_output=True, text=True, check=True,
        env=os.environ | {"EUROCLUSTER_HOME": str(settings.home),
                          "EUROCLUSTER_DATA": str(settings.data)},
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "south  failed the pipeline's account may not open it",
        "north closed.csv failed the pipeline's account may not open it",
        "south trainings.csv judged ",
        "north open.csv judged ",
    ]
    assert answers(settings) == ["closed.csv (result).xlsx", "open.csv (result).xlsx"]
    closed.chmod(0o600)
    (settings.drop / "south" / "below").chmod(0o700)
    states = {d.name: (d.state, d.errors) for d in judge(settings)}
    assert states == {
        "closed.csv": ("judged", 0), "open.csv": ("known", 0), "trainings.csv": ("known", 0),
    }  # fmt: skip
    assert answers(settings) == ["closed.csv (result).xlsx", "open.csv (result).xlsx"]
