"""What helps to understand one partner's register.

Belongs here: the value that declarations are boiled down to.
Does not belong here: reading declarations (consortium/).
"""

from dataclasses import dataclass, field

from eurocluster.consortium.partners import Partner, Register


@dataclass(frozen=True, slots=True)
class Hints:
    """What helps to understand one partner's register; ``secret`` keys its persons."""

    partner: Partner
    register: Register
    project_code: str
    project_names: tuple[str, ...]
    partners: tuple[Partner, ...]
    secret: bytes = field(repr=False)
