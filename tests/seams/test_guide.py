"""The guide's pictures are there, and show the pages as they are."""

import re

from eurocluster.settings import ROOT
from tests.nightly.pictures import GUIDE, mark_of, mark_of_the_pages

PAGE = (ROOT / "docs" / "portal.md").read_text(encoding="utf-8")


def test_every_picture_of_the_guide_is_there_with_words_for_who_cannot_see_it() -> None:
    shown = re.findall(r"!\[([^\]]*)\]\(guide/([a-z-]+\.png)\)", PAGE)
    assert len(shown) >= 8
    for words, name in shown:
        assert len(words) > 20, name
        assert (GUIDE / name).is_file(), f"{name}: make guide"


def test_no_picture_is_older_than_the_pages() -> None:
    pictures = sorted(GUIDE.glob("*.png"))
    old = [path.name for path in pictures if mark_of(path) != mark_of_the_pages()]
    assert old == [], "the pages have changed since these were taken: make guide"


def test_no_picture_lies_there_unused() -> None:
    assert [path.name for path in GUIDE.glob("*.png") if path.name not in PAGE] == []
