import unicodedata

import pytest

from eurocluster.consortium.sources import Files
from eurocluster.sources.picking import Picker, listing_order, pick
from eurocluster.sources.protocol import RemoteFile, TooBig


@pytest.mark.parametrize(
    ("pattern", "name", "wanted"),
    [
        ("obecnosc*.xlsx", "obecnosc 2024.xlsx", True),
        ("obecnosc*.xlsx", "2024/obecnosc.xlsx", True),
        ("obecnosc*.xlsx", "OBECNOSC.XLSX", True),
        ("obecnosc*.xlsx", "lista obecnosc.xlsx", False),
        ("obecnosc*.xlsx", "obecnosc.csv", False),
        ("2024/*.csv", "2024/a.csv", True),
        ("2024/*.csv", "old/2024/a.csv", False),
        ("2024/*.csv", "2024/q1/a.csv", False),
        ("/a.csv", "a.csv", True),
        ("/a.csv", "x/a.csv", False),
        ("**/q1/*", "2024/q1/a.csv", True),
        ("**/q1/*", "q1/a.csv", True),
        ("2024/**", "2024/q1/a.csv", True),
        ("report_?.csv", "report_1.csv", True),
        ("report_?.csv", "report_12.csv", False),
        ("report_[12].csv", "report_2.csv", True),
        ("report_[!12].csv", "report_2.csv", False),
        ("report_[!12].csv", "report_3.csv", True),
        ("a+b (1).csv", "a+b (1).csv", True),
        ("a+b (1).csv", "aab (1)xcsv", False),
        ("[draft.csv", "[draft.csv", True),
        ("παρουσίες*", "ΠΑΡΟΥΣΊΕΣ 2024.ods", True),
    ],
)
def test_a_pattern_finds_the_names_that_a_person_means(
    pattern: str, name: str, wanted: bool
) -> None:
    assert Picker([pattern], []).wants(name) is wanted


def test_accents_match_however_they_are_encoded() -> None:
    decomposed = unicodedata.normalize("NFD", "szkolenia – lista obecności.xlsx")
    assert Picker(["*obecności*"], []).wants(decomposed)
    assert Picker([unicodedata.normalize("NFD", "*obecności*")], []).wants("obecności.csv")


def test_excluded_files_are_left_out() -> None:
    picker = Picker(["*.xlsx"], ["*copy*", "archive/**"])
    names = ["a.xlsx", "a - Copy.xlsx", "archive/a.xlsx", "archive/2023/a.xlsx"]
    assert [name for name in names if picker.wants(name)] == ["a.xlsx"]


@pytest.mark.parametrize(
    "name",
    [
        "~$register.xlsx",
        ".~lock.register.ods#",
        ".register.xlsx",
        "register.xlsx~",
        "register.xlsx.part",
        "register.tmp",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "2024/.DS_Store",
        ".Trash-1000/files/register.xlsx",
        "$RECYCLE.BIN/register.xlsx",
        "share/@eaDir/register.xlsx",
        "__MACOSX/register.xlsx",
    ],
)
def test_what_programs_leave_behind_is_no_register(name: str) -> None:
    assert not Picker(["**"], []).wants(name)


def test_names_are_sorted_alike_whatever_the_encoding_of_accents() -> None:
    names = ["z", "é1", unicodedata.normalize("NFD", "é2"), "é3", "a"]
    assert [unicodedata.normalize("NFC", name) for name in sorted(names, key=listing_order)] == [
        "a",
        "z",
        "é1",
        "é2",
        "é3",
    ]


def remote(*names: str) -> list[RemoteFile]:
    return [RemoteFile(name, None, None) for name in names]


def test_included_files_are_picked_in_the_order_of_their_names() -> None:
    listed = remote("b.csv", "a.csv", "2024/c.csv", "~$a.csv", "Thumbs.db", "old.csv", "x.txt")
    picked = pick(listed, Files(include=("*.csv",), exclude=("old*",)), "p1")
    assert [file.name for file in picked] == ["2024/c.csv", "a.csv", "b.csv"]


def test_more_files_than_allowed_are_refused() -> None:
    listed = remote("1.csv", "2.csv", "3.csv", "4.csv")
    assert len(pick(listed, Files(include=("*",), max_files=4), "p1")) == 4
    with pytest.raises(TooBig, match="4 files match, 3 are allowed"):
        pick(listed, Files(include=("*",), max_files=3), "p1")
