"""A zipped workbook taken apart: parts, what they refer to, and the new package.

Belongs here: names of parts, relations, content types, writing the package.
Does not belong here: what the parts say.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from eurocluster.feedback.markup import DAMAGED, Document, as_utf8, escaped, with_prefix
from eurocluster.reading.archive import words_for_damage
from eurocluster.reading.cells import UnreadableFile

CONTENT_TYPES = "[Content_Types].xml"
_CHUNK = 1 << 18
_EPOCH = (1980, 1, 1, 0, 0, 0)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="%s"/>'
)
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"


class Relations:
    """What one part refers to."""

    def __init__(self, package: "Package", part: str) -> None:
        folder, name = posixpath.split(part)
        self._folder = folder
        self.part = posixpath.join(folder, "_rels", name + ".rels")
        exists = self.part in package
        self._document = Document(
            package.read(self.part) if exists else _NO_RELATIONS % _RELATIONS.encode()
        )
        self._ids = {entry.attributes.get("Id", "") for entry in self._document.root.children}
        self._strict = package.strict
        self.changed = False

    def kind_and_part(self, relation: str) -> tuple[str, str]:
        """Return (kind, part) of a relation, two empty texts when there is none."""
        for entry in self._document.root.children:
            if entry.attributes.get("Id") == relation:
                kind = entry.attributes.get("Type", "").rpartition("/")[2]
                return kind, resolved(self._folder, entry.attributes.get("Target", ""))
        return "", ""

    def part_of_kind(self, kind: str) -> str | None:
        """Return the first part of a kind, like `styles`."""
        for entry in self._document.root.children:
            if entry.attributes.get("Type", "").rpartition("/")[2] == kind:
                return resolved(self._folder, entry.attributes.get("Target", ""))
        return None

    def add(self, kind: str, part: str) -> str:
        """Refer to another part, and return the relation's id."""
        number = len(self._ids) + 1
        while f"rId{number}" in self._ids:
            number += 1
        relation = f"rId{number}"
        self._ids.add(relation)
        entry = b'<Relationship Id="%s" Type="%s/%s" Target="%s"/>' % (
            relation.encode(),
            (_STRICT if self._strict else _TRANSITIONAL).encode(),
            kind.encode(),
            escaped(posixpath.relpath(part, self._folder or ".")),
        )
        self._document.append(self._document.root, with_prefix(entry, self._document.prefix))
        self.changed = True
        # Several additions to a part without relations would each open the empty root element.
        self._document = Document(self._document.edited())
        return relation

    def drop_targets(self, folder: str) -> None:
        """Forget all relations to parts in a folder."""
        for entry in self._document.root.children:
            if resolved(self._folder, entry.attributes.get("Target", "")).startswith(folder):
                self._document.remove(entry)
                self.changed = True

    def edited(self) -> bytes:
        """Return the relations as a part."""
        return self._document.edited()


class Package:
    """The zip file behind a workbook. Names are compared without case, as Windows does."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            UnreadableFile: F01, no zip file or no workbook in it.
        """
        with words_for_damage():
            self._zip = zipfile.ZipFile(path)
        self._names = {name.casefold(): name for name in self._zip.NameToInfo}
        self.strict = False
        self.workbook = Relations(self, "").part_of_kind("officeDocument") or "xl/workbook.xml"
        self.folder = posixpath.dirname(self.workbook)
        self.strict = Document(self.read(self.workbook)).root.space == _STRICT_MAIN

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    @property
    def names(self) -> list[str]:
        """Names of all parts, in the file's order."""
        return list(self._names.values())

    @property
    def relations_space(self) -> str:
        """Namespace of `r:id`."""
        return _STRICT if self.strict else _TRANSITIONAL

    def real_name(self, name: str) -> str:
        """Return a part's name as the zip file spells it."""
        return self._names.get(name.casefold(), name)

    def bytes_of(self, name: str) -> Iterator[bytes]:
        """Stream a part as stored.

        Raises:
            UnreadableFile: F01, missing or damaged.
        """
        if name not in self:
            raise UnreadableFile("F01", DAMAGED)
        with words_for_damage(), self._zip.open(self.real_name(name)) as part:
            while piece := part.read(_CHUNK):
                yield piece

    def stream(self, name: str) -> Iterator[bytes]:
        """Stream a part in UTF-8.

        Raises:
            UnreadableFile: F01, missing or damaged.
        """
        return as_utf8(self.bytes_of(name))

    def read(self, name: str) -> bytes:
        """Return a part whole, in UTF-8.

        Raises:
            UnreadableFile: F01, missing or damaged.
        """
        return b"".join(self.stream(name))

    def info(self, name: str) -> zipfile.ZipInfo:
        """Return what the zip file says about a part."""
        return self._zip.getinfo(self.real_name(name))

    def free_name(self, pattern: str, taken: Iterable[str] = ()) -> str:
        """Return the first of `sheet1.xml`, `sheet2.xml` … that no part has."""
        used = {name.casefold() for name in taken}
        number = 1
        while True:
            name = posixpath.join(self.folder, pattern.format(number))
            if name not in self and name.casefold() not in used:
                return name
            number += 1


class PackageWriter:
    """A new zip file with the same bytes for the same parts, whenever it is written."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> "PackageWriter":
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def write(
        self, name: str, pieces: Iterable[bytes], like: zipfile.ZipInfo | None = None
    ) -> None:
        """Write a part piece by piece; `like` says whether to compress it and how long it is."""
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        if like is not None:
            info.file_size = like.file_size
            if like.compress_type == zipfile.ZIP_STORED:
                info.compress_type = zipfile.ZIP_STORED
        with self._zip.open(info, "w") as part:
            for piece in pieces:
                part.write(piece)


class ContentTypes:
    """The part that says what every other part is."""

    def __init__(self, package: Package) -> None:
        self._document = Document(package.read(CONTENT_TYPES))
        self._defaults = {
            entry.attributes.get("Extension", "").lower()
            for entry in self._document.root.all("Default")
        }
        self._new: list[bytes] = []

    def add(self, part: str, content_type: str) -> None:
        """Declare a new part."""
        self._new.append(
            b'<Override PartName="/%s" ContentType="%s"/>' % (escaped(part), content_type.encode())
        )

    def add_default(self, extension: str, content_type: str) -> None:
        """Declare all parts with an extension, unless they are declared already."""
        if extension not in self._defaults:
            self._defaults.add(extension)
            self._document.insert(
                self._document.root.inside,
                with_prefix(
                    b'<Default Extension="%s" ContentType="%s"/>'
                    % (extension.encode(), content_type.encode()),
                    self._document.prefix,
                ),
            )

    def drop(self, folder: str) -> None:
        """Forget the parts in a folder."""
        for entry in self._document.root.all("Override"):
            if entry.attributes.get("PartName", "").lstrip("/").startswith(folder):
                self._document.remove(entry)

    def edited(self) -> bytes:
        """Return the part."""
        new = with_prefix(b"".join(self._new), self._document.prefix)
        self._document.append(self._document.root, new)
        return self._document.edited()


def resolved(folder: str, target: str) -> str:
    """Return the part that a relation of a part in `folder` points to."""
    target = re.sub(r"[?#].*", "", target.replace("\\", "/"))
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def has_macros(path: Path) -> bool:
    """Whether a workbook is of the kind that may carry macros.

    Raises:
        UnreadableFile: F01, no workbook.
    """
    with Package(path) as package:
        types = Document(package.read(CONTENT_TYPES)).root
        return any(
            "macroEnabled" in entry.attributes.get("ContentType", "")
            for entry in types.all("Override")
            if entry.attributes.get("PartName", "").lstrip("/") == package.workbook
        )
