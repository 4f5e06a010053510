"""The list of sheets: a new first sheet, and everything that counts sheets counted anew.

Belongs here: the parts `workbook.xml` and `docProps/app.xml`, names of sheets.
Does not belong here: the sheets themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from eurocluster.feedback.markup import Document, escaped, whole, with_prefix
from eurocluster.feedback.package import Package, Relations
from eurocluster.reading.ooxml import RESULT_NAME

LONGEST_NAME = 31
_AFTER_NAMES = frozenset(
    "calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing"
    " fileRecoveryPr webPublishObjects extLst".split()
)
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One tab: its name, the kind of sheet and its part."""

    name: str
    kind: str
    part: str


def sheet_entries(workbook: Document, relations: Relations) -> list[SheetEntry]:
    """Return the sheets in the workbook's order."""
    group = workbook.root.first("sheets")
    return [
        SheetEntry(entry.attributes.get("name", ""), *relations.kind_and_part(entry.related()))
        for entry in (group.children if group else ())
    ]


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a name that a sheet may have and that none has yet."""
    used = {name.casefold() for name in taken}
    base = " ".join(wanted.translate(_FORBIDDEN).split()).strip("'")[:LONGEST_NAME] or "result"
    name, number = base, 2
    while name.casefold() in used:
        ending = f" ({number})"
        name = base[: LONGEST_NAME - len(ending)] + ending
        number += 1
    return name


def place_in(sheet: str, cell: str) -> str:
    """Write a place in a workbook, for a link."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"


def with_first_sheet(workbook: Document, name: str, relation: str, relations_space: str) -> bytes:
    """Return the workbook part with a new first sheet, which is the one that opens."""
    root, prefix = workbook.root, workbook.prefix
    sheets = root.first("sheets")
    ids = [whole(entry.attributes.get("sheetId")) for entry in sheets.children] if sheets else []
    entry = b'<%ssheet xmlns:r="%s" name="%s" sheetId="%d" r:id="%s"/>' % (
        prefix,
        relations_space.encode(),
        escaped(name),
        max(ids, default=0) + 1,
        relation.encode(),
    )
    views = root.first("bookViews")
    if sheets is not None:
        if views is None:
            new = with_prefix(b"<bookViews><workbookView/></bookViews>", prefix)
            workbook.insert(sheets.start, new)
        workbook.insert(sheets.inside, entry)
    for view in views.children if views else ():
        workbook.set(view, activeTab="0", firstSheet="0")
    names = root.first("definedNames")
    defined_name = with_prefix(
        b'<definedName name="%s" hidden="1">%s</definedName>'
        % (RESULT_NAME.encode(), escaped(place_in(name, "$A$1"))),
        prefix,
    )
    if names is not None:
        for old in names.children:
            if old.attributes.get("name") == RESULT_NAME:
                workbook.remove(old)
        workbook.append(names, defined_name)
    else:
        group = with_prefix(b"<definedNames>|</definedNames>", prefix)
        before = next((c.start for c in root.children if c.name in _AFTER_NAMES), root.inside_end)
        workbook.insert(before, group.replace(b"|", defined_name))
    for defined in names.children if names else ():
        local = defined.attributes.get("localSheetId")
        if local is not None:
            workbook.set(defined, localSheetId=str(whole(local) + 1))
    return workbook.edited()


def with_sheet_opened(workbook: Document, position: int) -> bytes:
    """Return the workbook part with another sheet as the one that opens."""
    views = workbook.root.first("bookViews")
    for view in views.children if views else ():
        workbook.set(view, activeTab=str(position), firstSheet="0")
    return workbook.edited()


def with_first_title(properties: bytes, name: str, first: str) -> bytes:
    """Return `app.xml` with one more sheet in its list; a list in another order stays as it is."""
    document = Document(properties)
    pairs, titles = document.root.first("HeadingPairs"), document.root.first("TitlesOfParts")
    numbers = pairs.children[0] if pairs and pairs.children else None
    vector = titles.children[0] if titles and titles.children else None
    if numbers is None or vector is None or len(numbers.children) < 2 or not vector.children:
        return properties
    count = numbers.children[1].children[0] if numbers.children[1].children else None
    listed = document.data[vector.children[0].inside : vector.children[0].inside_end]
    if count is None or listed != escaped(first):
        return properties
    number = document.data[count.inside : count.inside_end].strip()
    size = vector.attributes.get("size", "")
    if not (number.isdigit() and size.isdecimal()):
        return properties
    document.replace(count.inside, count.inside_end, b"%d" % (int(number) + 1))
    prefix = document.prefix_of(vector.children[0])
    document.set(vector, size=str(int(size) + 1))
    document.insert(vector.inside, with_prefix(b"<lpstr>%s</lpstr>" % escaped(name), prefix))
    return document.edited()


def app_properties(package: Package) -> str | None:
    """Return the part that lists titles of sheets, None when there is none."""
    part = Relations(package, "").part_of_kind("extended-properties")
    return part if part is not None and part in package else None
