"""The parts inside a zipped workbook, read as a stream; every kind of damage has the same words.

Belongs here: opening parts, XML that is refused when it defines entities, words for a torn file.
Does not belong here: what the parts say (xlsx.py, ods.py), limits on sizes (gate.py).
"""

import errno
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from eurocluster.reading.cells import UnreadableFile
from eurocluster.wording import later

_CHUNK = 1 << 16
_NO_MEMORY = 1  # expat's XML_ERROR_NO_MEMORY
PROTECTED = later(
    "The file is protected with a password. Remove the password (save without one) and send it"
    " again."
)
DAMAGED = later(
    "The file is damaged or was not copied completely. Open it in the spreadsheet program, save it"
    " again and send the new file."
)


class Archive:
    """The zip file behind a workbook. Names are compared without case, as Windows does."""

    def __init__(self, path: Path) -> None:
        with words_for_damage():
            self._zip = zipfile.ZipFile(path)
        self._names = {name.casefold(): name for name in self._zip.namelist()}

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    def open(self, name: str) -> IO[bytes]:
        """Open a part.

        Raises:
            UnreadableFile: F01, when the part is missing.
        """
        try:
            return self._zip.open(self._names[name.casefold()])
        except KeyError:
            raise UnreadableFile("F01", DAMAGED) from None

    def tree(self, name: str) -> Element:
        """Parse a small part whole; a document type definition is refused."""
        parser = XMLParser(target=_WithoutDoctype())  # noqa: S314  entities need a doctype
        with self.open(name) as part:
            parser.feed(part.read())
        root: Element = parser.close()
        return root

    def stream(self, name: str, parser: expat.XMLParserType) -> None:
        """Feed a part to a parser piece by piece; a document type definition is refused."""
        parser.StartDoctypeDeclHandler = refuse_doctype
        for piece in self.pieces(name):
            parser.Parse(piece, False)  # noqa: FBT003  expat takes positions only
        parser.Parse(b"", True)  # noqa: FBT003

    def pieces(self, name: str, size: int = _CHUNK) -> Iterator[bytes]:
        """Yield a part piece by piece.

        No more bytes come than the archive's directory says, which the gate has bounded: a part
        that holds more, or others, is damaged.
        """
        with self.open(name) as part:
            while piece := part.read(size):
                yield piece


@contextmanager
def words_for_damage() -> Iterator[None]:
    """Turn what zip, zlib and expat raise on damaged files into F01.

    Raises:
        UnreadableFile: F01.
        MemoryError: expat ran out of memory; it hides that in its own error.
    """
    try:
        yield
    except expat.ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from None
        raise UnreadableFile("F01", DAMAGED) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # a part that begins before the file does
            raise
        raise UnreadableFile("F01", DAMAGED) from None
    except LookupError as error:
        if type(error) is not LookupError:  # expat: an encoding that does not exist
            raise
        raise UnreadableFile("F01", DAMAGED) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ParseError,
        NotImplementedError,
        UnicodeDecodeError,
    ):
        raise UnreadableFile("F01", DAMAGED) from None


def local_name(tag: str) -> str:
    """Name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


class _WithoutDoctype(TreeBuilder):
    def doctype(self, *_declaration: object) -> None:
        refuse_doctype()


def refuse_doctype(*_declaration: object) -> None:
    """Refuse a part that begins to define entities.

    Raises:
        UnreadableFile: F01.
    """
    raise UnreadableFile(
        "F01",
        "The file contains definitions (DTD) that no spreadsheet program writes. Save it again as"
        " .xlsx or .ods with your spreadsheet program.",
    )
