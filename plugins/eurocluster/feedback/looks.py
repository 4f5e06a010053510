"""How marks and the result sheet look, the same in the partner's workbook and in a twin.

Belongs here: colours, fonts, alignment.
Does not belong here: how a format writes them down.
"""

from dataclasses import dataclass
from enum import Enum

RED = "FF9C9C"
YELLOW = "FFEE80"
FILL = {"ERROR": RED, "WARN": YELLOW}
FONT = "Calibri"


@dataclass(frozen=True, slots=True)
class Style:
    """One look. Colours are RRGGBB, `line` is the colour of a thin line below."""

    size: float = 11
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = "1F2933"
    fill: str | None = None
    line: str | None = None
    horizontal: str = "left"
    vertical: str = "center"
    indent: int = 0


class Look(Enum):
    """The looks of the result sheet."""

    TITLE = Style(size=16, bold=True, colour="FFFFFF", fill="1F4E79", indent=1)
    HEADLINE = Style(size=12, bold=True, fill="E8EEF5", indent=1)
    SECTION = Style(size=13, bold=True, colour="1F4E79", line="1F4E79", vertical="bottom")
    HEADER = Style(bold=True, fill="D9E2EC", line="9FB3C8")
    TEXT = Style(line="E1E7ED")
    STRONG = Style(bold=True, line="E1E7ED")
    NUMBER = Style(line="E1E7ED", horizontal="right", indent=1)
    LINK = Style(line="E1E7ED", underline=True, colour="0B5CAD")
    ERROR = Style(bold=True, fill=RED, line="E1E7ED", horizontal="center")
    WARN = Style(bold=True, fill=YELLOW, line="E1E7ED", horizontal="center")
    INFO = Style(line="E1E7ED", horizontal="center", colour="52606D")
    ASIDE = Style(italic=True, colour="52606D", line="E1E7ED")
    PLAIN = Style()
    MUTED = Style(italic=True, colour="52606D")
