"""What a mutation is, and the values that it puts where they do not belong.

Belongs here: the shape of mutations, nasty values.
Does not belong here: mutations.
"""

from collections.abc import Callable
from random import Random

Mutation = Callable[[Random, bytes], bytes]
"""Chance and content → content; now and then the same content."""

NASTY: tuple[str, ...] = (
    "", " ", "\u00a0", "\u200b", "\u202etxt.exe", "\ufeff", "\x00", "\x07", "\ufffe", "𝟙𝟚", "½",
    "٣٫٥",
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "-", "+", "'", '"', '""', '"""', "\\", ";", ",", "\t",
    "0", "-0", "-1", "1e308", "1e999999", "-1e-999", "NaN", "Infinity", "0x41", "1_000",
    "1'000.5,5",
    "9" * 400, "1" * 5_000, "0." + "3" * 4_000, "1.234.567,89", "12.345", "1,2,3", "7:99",
    "99:59:59",
    "31.02.2024", "2024-13-45", "00.00.0000", "29.02.2100", "1900-01-00", "32/13/24", "20240230",
    "60",
    "2958466", "45000.999999", "24-24-24", "14 marca", "1. 1.", "2024-03-04T25:61:61Z",
    "#REF!", "#N/A", "TRUE", "null", "None", "n/a", "?", "x;y;z", "a\nb\r\nc", "{", "[", "]]>",
    "<a/>",
    "&#0;", "&lol;", "%s%n%x", "{0}", "{file}", "../../etc/passwd",
    "https://x.example/" + "a" * 3_000,
    "ß" * 300, "İ" * 50, "ﬃ" * 50, "e" + "\u0301" * 500, "\U0001f9ff" * 100, "a@b@c.example", "@",
    "PL" + "0" * 40, "vat:", "Summe", "Razem", '-"-', "〃", "(" * 2_000, "a b " * 8_000,
    "я" * 33_000,
)  # fmt: skip
"""Texts that readers trip over."""


def nasty(chance: Random) -> str:
    """Return a text that a reader may trip over."""
    return chance.choice(NASTY)
