"""XML as bytes that are edited at single places; everything else stays as it was written.

Belongs here: elements with their offsets, edits, text made safe for XML.
Does not belong here: what any element means.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from eurocluster.reading.cells import UnreadableFile

_OPEN_TAG = re.compile(rb"""<[^\s/>]+(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARED = re.compile(r"""^(<\?xml[^>]*?\sencoding\s*=\s*)(?:"([^"]*)"|'([^']*)')""")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
DAMAGED = (
    "The file is damaged or was not copied completely. Open it in the spreadsheet program, save it"
    " again and send the new file."
)


@dataclass(slots=True)
class Element:
    """An element and where it stands: `start`, `inside` … `inside_end`, `end` are byte offsets."""

    space: str
    name: str
    attributes: dict[str, str]
    start: int
    inside: int
    inside_end: int = 0
    end: int = 0
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        """Return the children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> "Element | None":
        """Return the first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def related(self) -> str:
        """Return the value of the attribute `r:id`, whatever the prefix, or ""."""
        return next((value for key, value in self.attributes.items() if key.endswith("}id")), "")


class Document:
    """A small part: its elements and the edits made to it."""

    def __init__(self, data: bytes) -> None:
        """Parse UTF-8.

        Raises:
            UnreadableFile: F01, not well-formed or with a document type definition.
        """
        self.data = data
        self.root = _parse(data)
        self.prefix = self.prefix_of(self.root)
        self._edits: list[tuple[int, int, bytes]] = []

    def prefix_of(self, element: Element) -> bytes:
        """Return the prefix of an element as written, with its colon, or nothing."""
        tag = self.data[element.start + 1 : element.inside]
        name = re.split(rb"[\s/>]", tag, maxsplit=1)[0]
        return name[: name.rfind(b":") + 1]

    def raw(self, element: Element) -> bytes:
        """Return an element as written."""
        return self.data[element.start : element.end]

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put bytes in the place of others."""
        self._edits.append((start, end, new))

    def insert(self, offset: int, new: bytes) -> None:
        """Put bytes before an offset; those inserted first stand first."""
        self._edits.append((offset, offset, new))

    def remove(self, element: Element) -> None:
        """Take an element out."""
        self._edits.append((element.start, element.end, b""))

    def set(self, element: Element, **attributes: str) -> None:
        """Change attributes of an element, once per element."""
        tag = self.data[element.start : element.inside]
        for name, value in attributes.items():
            tag = with_attribute(tag, name.encode(), value)
        self._edits.append((element.start, element.inside, tag))

    def append(self, element: Element, new: bytes, **attributes: str) -> None:
        """Put children at the end of an element, and change attributes of it."""
        tag = self.data[element.start : element.inside]
        for name, value in attributes.items():
            tag = with_attribute(tag, name.encode(), value)
        if element.inside == element.end:
            name_as_written = self.prefix_of(element) + element.name.encode()
            opened = tag[:-2].rstrip() + b">"
            self.replace(element.start, element.end, b"%s%s</%s>" % (opened, new, name_as_written))
            return
        if attributes:
            self._edits.append((element.start, element.inside, tag))
        self.insert(element.inside_end, new)

    def edited(self) -> bytes:
        """Return the part with all edits."""
        pieces = []
        position = 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            pieces += [self.data[position:start], new]
            position = end
        pieces.append(self.data[position:])
        return b"".join(pieces)


def _parse(data: bytes) -> Element:
    parser = expat.ParserCreate(namespace_separator="}")
    stack: list[Element] = []
    roots: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        offset = parser.CurrentByteIndex
        found = _OPEN_TAG.match(data, offset)
        if found is None:
            raise UnreadableFile("F01", DAMAGED)
        space, _, name = tag.rpartition("}")
        element = Element(space, name, attributes, offset, found.end())
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        element = stack.pop()
        if data[element.inside - 2 : element.inside - 1] == b"/":
            element.inside_end = element.end = element.inside
        else:
            element.inside_end = parser.CurrentByteIndex
            element.end = data.index(b">", element.inside_end) + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(data, True)  # noqa: FBT003  expat takes positions only
    except expat.ExpatError:
        raise UnreadableFile("F01", DAMAGED) from None
    return roots[0]


def _refuse_doctype(*_declaration: object) -> None:
    raise UnreadableFile("F01", DAMAGED)


def attribute(tag: bytes, name: bytes) -> str | None:
    """Return an attribute of a start tag whose value holds no references, or None."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name:
            return found[2][1:-1].decode("utf-8", "replace")
    return None


def whole(text: str | None, otherwise: int = 0) -> int:
    """Return the whole number that an attribute holds, or another one when it holds none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else otherwise


def with_attribute(tag: bytes, name: bytes, value: str) -> bytes:
    """Return a start tag in which one attribute has a value; the others stay as written."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name:
            return b'%s"%s"%s' % (tag[: found.start(2)], escaped(value), tag[found.end(2) :])
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    kept = tag[:end].rstrip()
    return b'%s %s="%s"%s' % (kept, name, escaped(value), tag[end:])


def with_prefix(xml: bytes, prefix: bytes) -> bytes:
    """Give every element of XML without prefixes a prefix, which may be empty."""
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1" + prefix, xml) if prefix else xml


def escaped(text: str) -> bytes:
    """Return text for XML, in an element or an attribute; what XML cannot hold is left out."""
    text = _UNWRITABLE.sub("", text)
    for character, reference in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
        ("\r", "&#13;"),
    ):
        text = text.replace(character, reference)
    return text.encode("utf-8")


def cell_text(text: str) -> bytes:
    """Return a `<t>` element; what spreadsheets would take for an escaped letter is escaped."""
    return b'<t xml:space="preserve">%s</t>' % escaped(_LOOKS_ESCAPED.sub("_x005F_", text))


def as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pass a part on in UTF-8, whatever its encoding; UTF-8 passes untouched.

    Raises:
        UnreadableFile: F01, the encoding does not exist or the bytes are not in it.
    """
    rest = iter(pieces)
    first = next(rest, b"")
    encoding = _encoding_of(first)
    if encoding is None:
        yield first
        yield from rest
        return
    try:
        "".encode(encoding)  # fails for codecs that are no encoding of text
        decoder = codecs.getincrementaldecoder(encoding)()
        text = _DECLARED.sub(r'\1"UTF-8"', decoder.decode(first))
        yield text.encode("utf-8")
        for piece in rest:
            yield decoder.decode(piece).encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")
    except (LookupError, ValueError):
        raise UnreadableFile("F01", DAMAGED) from None


def _encoding_of(first: bytes) -> str | None:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if first.startswith((b"<\x00", b"\x00<")):
        return "utf-16-le" if first[1] == 0 else "utf-16-be"
    declared = _DECLARED.match(first[:200].decode("ascii", "replace"))
    if declared is None:
        return None
    name = (declared[2] or declared[3] or "").lower()
    return None if name in ("utf-8", "us-ascii") else name
