import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from eurocluster.reading.cells import ErrorValue, ReadingHints, UnreadableFile, Workbook
from eurocluster.reading.child import WorkbookReader, read_file

HINTS = ReadingHints(code_page="cp1250")


def content(workbook: Workbook) -> list[object]:
    """Everything that a workbook says, cells as (row number, cells)."""
    sheets = [
        (
            sheet.name, list(sheet.rows()), sheet.visible, sheet.hidden_rows, sheet.hidden_columns,
            sheet.merged, sheet.marked_rows, sheet.comments,
        )
        for sheet in workbook.sheets
    ]  # fmt: skip
    return [workbook.format, sheets, workbook.notes, workbook.has_typed_cells]


@pytest.fixture(scope="module")
def reader() -> Iterator[WorkbookReader]:
    with WorkbookReader() as reader:
        yield reader


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_bytes("imię;godziny\nŻółć;7,5\n".encode("cp1250"))
    return path


def test_a_file_comes_back_as_if_it_were_read_here(
    reader: WorkbookReader, tmp_path: Path, good: Path
) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["tekst", 5, 7.5, True, None, "#N/A", "=1+1"])
    workbook.active.merge_cells("A3:B4")
    path = tmp_path / "register.xlsx"
    workbook.save(path)
    read = reader.read(path, HINTS)
    assert content(read) == content(read_file(path, HINTS))
    assert list(read.sheets[0].rows()) == [(1, ("tekst", 5, 7.5, True, None, ErrorValue("#N/A")))]
    assert list(reader.read(good, HINTS).sheets[0].rows()) == [
        (1, ("imię", "godziny")),
        (2, ("Żółć", "7,5")),
    ]


def test_a_refusal_comes_back_with_its_words(reader: WorkbookReader, tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.touch()
    with pytest.raises(UnreadableFile, match="empty") as refusal:
        reader.read(path, HINTS)
    assert refusal.value.code == "F01"


def test_one_child_reads_many_files(reader: WorkbookReader, good: Path) -> None:
    reader.read(good, HINTS)
    child = reader._child
    for _ in range(5):
        reader.read(good, HINTS)
    assert reader._child is child


def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_is_read(
    tmp_path: Path, good: Path
) -> None:
    path = tmp_path / "huge.csv"
    path.write_bytes(b"a;b;c;d\n" * 3_000_000)
    with WorkbookReader(memory_mib=160, seconds=60) as reader:
        with pytest.raises(UnreadableFile, match="more than 160 MiB of memory"):
            reader.read(path, HINTS)
        assert len(reader.read(good, HINTS).sheets) == 1


def test_a_workbook_that_takes_too_much_memory_is_refused_and_the_next_is_read(
    make_xlsx: Callable[..., Path], good: Path
) -> None:
    texts = "".join(f"<si><t>{number:>500}</t></si>" for number in range(120_000))
    path = make_xlsx("<sheetData/>", strings=texts)
    with WorkbookReader(memory_mib=64) as reader:
        with pytest.raises(UnreadableFile, match="more than 64 MiB of memory"):
            reader.read(path, HINTS)
        assert len(reader.read(good, HINTS).sheets) == 1


def test_a_child_whose_parent_is_gone_ends_when_its_processor_time_is_used_up() -> None:
    script = (
        "from eurocluster import limited_process\n"
        "limited_process._CPU_SECONDS_BEYOND_WALL = 0\n"
        "limited_process.limit_cpu(0.2)\n"
        "while True: pass\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, timeout=120)
    assert ended.returncode == -signal.SIGXCPU


def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read(
    tmp_path: Path, good: Path
) -> None:
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    with WorkbookReader(seconds=0.3) as reader:
        started = time.monotonic()
        with pytest.raises(UnreadableFile, match=r"longer than 0.3 s"):
            reader.read(endless, HINTS)
        assert time.monotonic() - started < 30
    with WorkbookReader() as reader:
        assert len(reader.read(good, HINTS).sheets) == 1


def test_a_child_that_dies_over_a_file_is_replaced(tmp_path: Path, good: Path) -> None:
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    with WorkbookReader() as reader:
        reader.read(good, HINTS)
        child = reader._child
        assert child is not None
        killer = threading.Timer(0.3, child.kill)
        killer.start()
        with pytest.raises(UnreadableFile, match="brought the reader down"):
            reader.read(endless, HINTS)
        assert content(reader.read(good, HINTS)) == content(read_file(good, HINTS))
        assert reader._child is not child


def test_a_child_that_died_between_files_is_replaced_without_a_word(good: Path) -> None:
    with WorkbookReader() as reader:
        reader.read(good, HINTS)
        child = reader._child
        assert child is not None
        child.kill()
        child.wait()
        assert content(reader.read(good, HINTS)) == content(read_file(good, HINTS))


def test_a_fault_of_the_reader_names_its_place_and_no_content(tmp_path: Path, good: Path) -> None:
    with WorkbookReader() as reader:
        with pytest.raises(UnreadableFile, match=r"FileNotFoundError in .*\.py, line \d+") as fault:
            reader.read(tmp_path / "Jana Novakova.csv", HINTS)
        assert "Novakova" not in str(fault.value)
        assert content(reader.read(good, HINTS)) == content(read_file(good, HINTS))


def test_the_child_ends_with_its_reader(good: Path) -> None:
    with WorkbookReader() as reader:
        reader.read(good, HINTS)
        child = reader._child
    assert child is not None
    assert child.poll() is not None


def test_the_child_ends_when_its_parent_is_killed(good: Path) -> None:
    script = (
        "import os, sys, pathlib\n"
        "from eurocluster.reading.cells import ReadingHints\n"
        "from eurocluster.reading.child import WorkbookReader\n"
        "reader = WorkbookReader()\n"
        "reader.read(pathlib.Path(sys.argv[1]), ReadingHints(code_page='cp1250'))\n"
        "print(reader._child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, str(good)], capture_output=True, text=True, check=False
    )
    orphan = Path("/proc", killed.stdout.strip())
    deadline = time.monotonic() + 30
    while orphan.exists() and "\tZ" not in (orphan / "status").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_folder_with_a_module_of_the_same_name_changes_nothing(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "csv.py").write_text("raise SystemExit('not me')\n")
    monkeypatch.chdir(tmp_path)
    with WorkbookReader() as reader:
        assert len(reader.read(good, HINTS).sheets) == 1


def test_files_are_read_inside_daemonic_processes_too(good: Path) -> None:
    script = (
        "import multiprocessing, pathlib, sys\n"
        "from eurocluster.reading.cells import ReadingHints\n"
        "from eurocluster.reading.child import WorkbookReader\n"
        "def work():\n"
        "    with WorkbookReader() as reader:\n"
        "        read = reader.read(pathlib.Path(sys.argv[1]), ReadingHints(code_page='cp1250'))\n"
        "        print(len(read.sheets[0]), flush=True)\n"
        "worker = multiprocessing.get_context('fork').Process(target=work, daemon=True)\n"
        "worker.start()\n"
        "worker.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(good)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "2"


def test_a_workbook_of_hundreds_of_sheets_is_refused_but_blank_ones_do_not_count(
    tmp_path: Path,
) -> None:
    path = tmp_path / "register.xlsx"
    workbook = openpyxl.Workbook()
    for _ in range(501):
        workbook.create_sheet().append(["x"])
    workbook.save(path)
    with pytest.raises(UnreadableFile, match="501 parts inside"):
        read_file(path, HINTS)
    del workbook["Sheet1"]
    workbook.save(path)
    assert len(read_file(path, HINTS).sheets) == 501
