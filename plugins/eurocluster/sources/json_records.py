"""The records in an answer, one by one, in the very characters in which the server wrote them.

Nothing is written anew: numbers keep their digits, names their order and their doubles. Only line
breaks between the parts of a record become spaces, so that it fits on a line. An answer is never
in memory as a whole: one record is, and what stands beside the list.

Belongs here: finding a list in JSON as it arrives.
Does not belong here: asking for pages (rest.py), reading JSON lines (reading/).
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from eurocluster.sources.protocol import TooBig, UnexpectedAnswer

_WHITE: Final = " \t\r\n"
_MARK: Final = re.compile(r"[^ \t\r\n]")
_LINE_BREAK: Final = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_AFTER_A_NUMBER: Final = frozenset(" \t\r\n,]}")
_VALUE_CHARACTERS: Final = 16 << 20
MISSING: Final = object()


class Records:
    """Records of one answer, and what stands beside them once all have been taken.

    Attributes:
        beside: The answer without its records: names → values, numbers as their characters.
    """

    def __init__(self, pieces: Iterator[bytes], path: str, what: str) -> None:
        """Prepare to read.

        Args:
            pieces: The answer in UTF-8, as it arrives.
            path: Where the list is, names joined by dots; "" when the answer is the list.
            what: What messages call the answer.
        """
        self.beside: dict[str, Any] = {}
        self._pieces = pieces
        self._path = path
        self._what = what
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._parser = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
        self._text = ""
        self._at = 0
        self._ended = False
        self._found = False

    def __iter__(self) -> Iterator[str]:
        """Yield each record on one line.

        Raises:
            UnexpectedAnswer: No JSON, or no list where one was declared.
            TooBig: One record, or one value beside them, has more than 16 MiB.
        """
        first = self._peek()
        if first == "<":
            raise UnexpectedAnswer(self._what, "is a web page where JSON was expected")
        if not self._path and first == "[":
            yield from self._list()
        elif first == "{":
            yield from self._object(self._path, self.beside)
        else:
            self._value()
        if self._peek():
            raise self._no_json()
        if not self._found:
            where = f"under {self._path!r}" if self._path else "at the top of the answer"
            raise UnexpectedAnswer(self._what, f"holds no list of records {where}")

    def _object(self, path: str, into: dict[str, Any]) -> Iterator[str]:
        for name in self._names():
            if name == path and path and not self._found:
                if self._peek() == "[":
                    yield from self._list()
                else:
                    self._found = self._value()[1] is None  # some servers' way of an empty list
            elif path.startswith(f"{name}.") and self._peek() == "{":
                below = into.setdefault(name, {})
                inner = below if isinstance(below, dict) else {}
                yield from self._object(path.removeprefix(f"{name}."), inner)
            else:
                into[name] = self._value()[1]

    def _names(self) -> Iterator[str]:
        """Yield the names of an object; each one's value is to be taken before the next."""
        self._expect("{")
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            if self._peek() != '"':
                raise self._no_json()
            name = self._value()[1]
            self._expect(":")
            yield name
            if self._expect(",}") == "}":
                return

    def _list(self) -> Iterator[str]:
        self._found = True
        self._expect("[")
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            record = self._value()[0]
            has_breaks = "\n" in record or "\r" in record
            yield _LINE_BREAK.sub(" ", record) if has_breaks else record
            if self._expect(",]") == "]":
                return

    def _value(self) -> tuple[str, Any]:
        """Return a value's characters and the value."""
        if not self._peek():
            raise self._no_json()
        while True:
            held = len(self._text) - self._at
            try:
                value, end = self._parser.raw_decode(self._text, self._at)
            except RecursionError:
                raise UnexpectedAnswer(self._what, "is nested too deeply for a table") from None
            except json.JSONDecodeError:
                if not self._read(held + 1):
                    raise self._no_json() from None
                continue
            # What begins 12 may go on as 12.5: only a further character tells.
            if self._text[end - 1] in '"}]' or self._text[end : end + 1] in _AFTER_A_NUMBER:
                break
            end -= self._at  # reading on drops what was taken
            if not self._read(held + 1):
                break
        raw = self._text[self._at : end]
        self._at = end
        return raw, value

    def _expect(self, characters: str) -> str:
        found = self._peek()
        if not found or found not in characters:
            raise self._no_json()
        self._at += 1
        return found

    def _peek(self) -> str:
        """Return the next character that is no white space; "" at the end."""
        while True:
            found = self._text[self._at : self._at + 1]
            if found and found not in _WHITE:
                return found
            mark = _MARK.search(self._text, self._at)
            self._at = mark.start() if mark else len(self._text)
            if not mark and not self._read(1):
                return ""

    def _read(self, characters: int) -> bool:
        """Read at least so many characters more; False when there are none at all."""
        if characters > _VALUE_CHARACTERS:
            raise TooBig(self._what, "holds a record of more than 16 MiB")
        collected = [self._text[self._at :]]
        self._at = 0
        missing = characters
        while missing > 0 and not self._ended:
            piece = next(self._pieces, None)
            try:
                text = self._decoder.decode(piece or b"", final=piece is None)
            except UnicodeDecodeError:
                raise UnexpectedAnswer(self._what, "is not written in UTF-8") from None
            self._ended = piece is None
            collected.append(text)
            missing -= len(text)
        self._text = "".join(collected)
        return missing < characters

    def _no_json(self) -> UnexpectedAnswer:
        return UnexpectedAnswer(self._what, "is no sound JSON, or breaks off")


def look_up(told: object, path: str) -> Any:
    """Return what stands at a path of names joined by dots; MISSING when nothing does.

    A name that itself holds the dots, such as ``@odata.nextLink``, comes first.
    """
    if not isinstance(told, dict):
        return MISSING
    if path in told:
        return told[path]
    for name, inner in told.items():
        if path.startswith(f"{name}.") and isinstance(inner, dict):
            return look_up(inner, path.removeprefix(f"{name}."))
    return MISSING
