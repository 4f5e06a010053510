"""What helps to understand one partner's register.

Belongs here: the value that declarations are boiled down to.
Does not belong here: reading declarations (consortium/).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from eurocluster.consortium.partners import Partner, Register


@dataclass(frozen=True, slots=True)
class Hints:
    """What helps to understand one partner's register.

    Attributes:
        secret: Keys its persons: a chain, oldest first, one per line.
        keep_persons: Is told the name and the e-mail address of everybody who was keyed; None
            where nobody keeps them.
    """

    partner: Partner
    register: Register
    project_code: str
    project_names: tuple[str, ...]
    partners: tuple[Partner, ...]
    secret: bytes = field(repr=False)
    keep_persons: Callable[[Iterable[tuple[str | None, str | None]]], None] | None = field(
        default=None, repr=False
    )
