"""The styles of a workbook, with copies of its cell formats in red and yellow.

Belongs here: the part `styles.xml`.
Does not belong here: which cells are marked, what the looks are (looks.py).
"""

from eurocluster.feedback.looks import FILL, FONT, Look, Style
from eurocluster.feedback.marks import Severity
from eurocluster.feedback.markup import Document, Element, attribute, with_attribute, with_prefix

_ORDER = (
    "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"
).split()
_FIRST = {
    "fonts": b'<font><sz val="11"/><name val="Calibri"/></font>',
    "fills": b'<fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill>',
    "borders": b"<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellXfs": b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
}
_ENTRIES_FIRST = {"fonts": 1, "fills": 2, "borders": 1, "cellXfs": 1}


class StyleBook:
    """Cell formats that are added to those of a workbook; the ones it has keep their numbers."""

    def __init__(self, part: bytes) -> None:
        """Read the part.

        Raises:
            UnreadableFile: F01, it is damaged.
        """
        self._document = Document(part)
        root = self._document.root
        self._sections = {name: root.first(name) for name in _FIRST}
        self._counts = {
            name: len(section.children) if section and section.children else _ENTRIES_FIRST[name]
            for name, section in self._sections.items()
        }
        self._new: dict[str, list[bytes]] = {name: [] for name in _FIRST}
        formats = self._sections["cellXfs"]
        data = self._document.data
        self._formats = (
            [(data[xf.start : xf.inside], data[xf.inside : xf.end]) for xf in formats.children]
            if formats and formats.children
            else [(with_prefix(_FIRST["cellXfs"], self._document.prefix), b"")]
        )
        self._numbers: dict[tuple[str, bytes], int] = {}

    def marked(self, style: int, severity: Severity) -> int:
        """Return the number of a cell format that is the given one, filled red or yellow."""
        fill = self._add("fills", _solid(FILL[severity]))
        tag, rest = self._formats[style if 0 <= style < len(self._formats) else 0]
        tag = with_attribute(tag, b"fillId", str(fill))
        return self._add_raw("cellXfs", with_attribute(tag, b"applyFill", "1") + rest)

    def unmarked(self, style: int) -> int:
        """Return the number of a cell format without our fill, if it has it."""
        tag, rest = self._formats[style if 0 <= style < len(self._formats) else 0]
        if attribute(tag, b"fillId") not in self._our_fills():
            return style
        return self._add_raw("cellXfs", with_attribute(tag, b"fillId", "0") + rest)

    def look(self, look: Look, *, quoted: bool = False) -> int:
        """Return the number of a cell format of the result sheet.

        With `quoted`, a text stays a text even when somebody edits the cell.
        """
        style = look.value
        xf = (
            b'<xf numFmtId="0" fontId="%d" fillId="%d" borderId="%d"%s applyFont="1"'
            b' applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="%s"'
            b' vertical="%s" wrapText="1"%s/></xf>'
        ) % (
            self._add("fonts", _font(style)),
            self._add("fills", _solid(style.fill)) if style.fill else 0,
            self._add("borders", _border(style.line)) if style.line else self._no_border(),
            b' quotePrefix="1"' if quoted else b"",
            style.horizontal.encode(),
            style.vertical.encode(),
            b' indent="%d"' % style.indent if style.indent else b"",
        )
        return self._add("cellXfs", xf)

    def edited(self) -> bytes:
        """Return the part with what was added."""
        root = self._document.root
        missing: list[tuple[int, bytes]] = []
        for name, new in self._new.items():
            section = self._sections[name]
            count = str(self._counts[name])
            if section is not None and section.children:
                self._document.append(section, b"".join(new), count=count)
                continue
            first = with_prefix(_FIRST[name], self._document.prefix)
            entries = first + b"".join(new)
            if section is not None:
                self._document.append(section, entries, count=count)
            else:
                opened = b'<%s count="%s">' % (name.encode(), count.encode())
                around = with_prefix(opened + b"|</%s>" % name.encode(), self._document.prefix)
                missing.append((_ORDER.index(name), around.replace(b"|", entries)))
        for order, entry in sorted(missing):
            self._document.insert(_offset_for(root, order), entry)
        return self._document.edited()

    def _our_fills(self) -> frozenset[str]:
        fills = self._sections["fills"]
        ours = {f"FF{colour}" for colour in FILL.values()}
        return frozenset(
            str(number)
            for number, fill in enumerate(fills.children if fills else ())
            for pattern in fill.all("patternFill")
            for colour in pattern.all("fgColor")
            if colour.attributes.get("rgb", "").upper() in ours
        )

    def _no_border(self) -> int:
        return self._add("borders", _FIRST["borders"])

    def _add(self, section: str, entry: bytes) -> int:
        return self._add_raw(section, with_prefix(entry, self._document.prefix))

    def _add_raw(self, section: str, entry: bytes) -> int:
        number = self._numbers.get((section, entry))
        if number is None:
            number = self._numbers[section, entry] = self._counts[section]
            self._counts[section] += 1
            self._new[section].append(entry)
        return number


def new_styles(space: str) -> bytes:
    """Return a part `styles.xml` for a workbook that has none."""
    sections = b"".join(
        b'<%s count="%d">%s</%s>' % (name.encode(), _ENTRIES_FIRST[name], entry, name.encode())
        for name, entry in _FIRST.items()
    )
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="%s">%s'
        b"</styleSheet>"
    ) % (space.encode(), sections)


def _offset_for(root: Element, order: int) -> int:
    for child in root.children:
        if child.name in _ORDER and _ORDER.index(child.name) > order:
            return child.start
    return root.inside_end


def _solid(colour: str) -> bytes:
    return (
        b'<fill><patternFill patternType="solid"><fgColor rgb="FF%s"/><bgColor indexed="64"/>'
        b"</patternFill></fill>"
    ) % colour.encode()


def _font(style: Style) -> bytes:
    return b'<font>%s%s%s<sz val="%g"/><color rgb="FF%s"/><name val="%s"/></font>' % (
        b"<b/>" if style.bold else b"",
        b"<i/>" if style.italic else b"",
        b"<u/>" if style.underline else b"",
        style.size,
        style.colour.encode(),
        FONT.encode(),
    )


def _border(colour: str) -> bytes:
    return (
        b'<border><left/><right/><top/><bottom style="thin"><color rgb="FF%s"/></bottom>'
        b"<diagonal/></border>"
    ) % colour.encode()
