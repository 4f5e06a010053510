"""Documents made by Typst: text of partners is text, in every alphabet of the call."""

import pypdfium2
import pytest

from eurocluster.exports.documents import as_pdf, bars_as_svg

LONG = "Σύνδεσμος Μεταλλουργικών Επιχειρήσεων και Εργαστηρίων Βορείου Χαλκοτόπου " * 4
TITLES = (
    "Клъстер за метални работилници Медовец",
    LONG.strip(),
    "#let x = 1 *bold* _it_ $a^2$ <label> @ref [brackets] // comment \\ \"quotes\"",
    "Żółć, šuo, ő, ç, ñ, ĝ, ħ, ţ, ø",
)  # fmt: skip


def document(rows: list[list[str]], picture: bytes = b"") -> bytes:
    values = {
        "title": "D-4a Training", "consortium": TITLES[0], "publication": "publication 0123",
        "made": [2024, 10, 15], "statement": [["Release", "not closed"], ["Parameters", "a=1"]],
        "lead": "Trainings", "measures": [["Trainings", "3"]],
        "picture": "Trainings by year" if picture else None, "list_title": "Trainings",
        "columns": ["id", "title"], "widths": [1, 4], "rows": rows, "nothing": "None yet.",
        "evidence": "See the evidence file.",
    }  # fmt: skip
    return as_pdf("deliverable", values, {"picture.svg": picture} if picture else {})


def text_of(pdf: bytes) -> str:
    read = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in read)
    read.close()
    return " ".join(text.replace("\u00ad", "").split())


@pytest.mark.parametrize("title", TITLES)
def test_text_stands_there_as_it_was_sent(title: str) -> None:
    said = text_of(document([["T1", title]])).replace("-", "").replace(" ", "")
    assert title.replace("-", "").replace(" ", "").replace('"', "") in said.replace('"', "")


def test_nothing_to_list_is_said() -> None:
    assert "None yet." in text_of(document([]))


def test_a_long_list_goes_on_over_pages_and_nothing_leaves_the_page() -> None:
    pdf = document([[f"T{n}", LONG] for n in range(60)])
    read = pypdfium2.PdfDocument(pdf)
    assert len(read) > 3
    for page in read:
        picture = page.render(scale=0.5).to_numpy()
        margin = picture[:, -12:, :]
        assert margin.min() > 200, "something is drawn on the right edge"
    assert "T59" in text_of(pdf)
    read.close()


def test_a_picture_is_drawn_and_the_same_values_are_the_same_bytes() -> None:
    picture = bars_as_svg([("2022", 5), ("2023", 9)], "number")
    made = document([["T1", "x"]], picture)
    assert made == document([["T1", "x"]], bars_as_svg([("2022", 5), ("2023", 9)], "number"))
    page = pypdfium2.PdfDocument(made)[0].render(scale=1).to_numpy()
    blue = (abs(page[:, :, :3].astype(int) - [164, 87, 11]).sum(axis=2) < 30).sum()
    assert blue > 2000, "the bars are not there"
