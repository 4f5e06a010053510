"""Personal data on the screen: who was counted, who has looked, what went, where somebody stands.

Belongs here: how the answers look.
Does not belong here: what they say (relinking, forgetting, housekeeping, key_rotation).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from eurocluster.forgetting import Forgotten, HeldFile
from eurocluster.housekeeping import Removal
from eurocluster.key_rotation import Rotation
from eurocluster.relinking import Access, LinkedUnit
from eurocluster.terminal.tables import new_table, titled

ACCESS_COLUMNS: Final = ("at", "by", "why", "kpi", "unit", "units", "way", "until")
REMOVAL_COLUMNS: Final = ("what", "of", "sha256", "size", "why")
LINKED_COLUMNS: Final = ("unit", "name", "email", "rows")
_SHORT: Final = 8


def render_linked(kpi: str, access: Access, linked: Sequence[LinkedUnit]) -> RenderableType:
    """Return the persons of a KPI's units."""
    table = new_table("Name", "E-mail", "Rows", "Unit", wrap=("Name", "Rows"))
    for unit, name, email, rows in linked_rows(linked):
        table.add_row(name or "not in the vault", email, rows, f"{unit[: _SHORT + 6]}…")
    return Group(
        Text(f"{kpi}: {len(linked)} persons. {access.by}: {access.why}"),
        Text(f"Open until {access.until:%Y-%m-%d %H:%M} UTC; this look is written down.\n"),
        table,
    )


def linked_rows(linked: Sequence[LinkedUnit]) -> list[tuple[str, str, str, str]]:
    """Return a line per unit and person."""
    return [
        (unit.unit, name or "", email or "", "; ".join(unit.places))
        for unit in linked
        for name, email in [(p.name, p.email) for p in unit.persons] or [(None, None)]
    ]


def render_accesses(lines: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return every look that was taken."""
    if not lines:
        return Text("Nobody has looked into the vault.")
    table = new_table("When", "Who", "Why", "KPI", "Units", "Shown", "Until", wrap=("Why",))
    for line in lines:
        kpi = line["kpi"] if line["unit"] is None else f"{line['kpi']}, one unit"
        table.add_row(
            line["at"], line["by"], line["why"], kpi, str(line["units"]), line["way"], line["until"]
        )
    return table


def render_forgotten(done: Forgotten) -> RenderableType:
    """Return what was done for a person, without naming them."""
    vault = {
        None: "There is no vault: no name was kept.",
        0: "The vault had no name of this person; it will keep none.",
    }.get(done.from_vault, f"{done.from_vault} entries were taken out of the vault, for good.")
    figures = (
        f"A figure has changed: look into it, {done.figures} were compared."
        if done.has_changed
        else f"No figure has changed: {done.figures} before and after are equal."
    )
    parts: list[RenderableType] = [
        Text(f"{done.rows} rows of the register store have a key of this person."),
        Text(vault),
        Text(figures),
    ]
    if done.rows and not done.files:
        parts.append(Text("No landed file holds the person any more: the keys name nobody."))
    if done.files:
        parts.append(titled("Files that still hold the person", _files(done.files)))
        parts.append(
            Text(
                "\nAsk the partner to take the person out of the register where that is right; the"
                "\nnext night brings the new file, and the old one goes when its time is over. The"
                "\nreturned workbooks of these files, in feedback/, go with them."
            )
        )
    return Group(*parts)


def _files(files: Sequence[HeldFile]) -> RenderableType:
    table = new_table("Partner", "Write to", "Register", "File", "SHA-256", "Kept", wrap=("File",))
    for file in files:
        until = str(file.until) if file.until else f"while {file.rests}"
        table.add_row(
            file.partner, file.steward or "?", file.register, file.name, file.sha256[:_SHORT], until
        )
    return table


def render_removals(removals: Sequence[Removal], *, is_dry_run: bool) -> RenderableType:
    """Return what went, or would go."""
    if not removals:
        return Text("Everything is of use or within its time; nothing to remove.")
    table = new_table("What", "Of", "SHA-256", "kB", "Why", right=("kB",), wrap=("Why",))
    for removal in removals:
        size = f"{removal.size / 1000:,.0f}" if removal.sha256 else ""
        table.add_row(removal.what, removal.of, removal.sha256[:_SHORT], size, removal.why)
    said = "would go" if is_dry_run else "removed; logs/removed.jsonl has every one"
    return Group(Text(f"{len(removals)} {said}\n"), table)


def render_rotation(done: Rotation) -> RenderableType:
    """Return what a rotation has done."""
    if done.rows is None:
        first = "A rotation of before was brought to its end."
    else:
        first = f"{done.rows} rows have keys of the new secret; {done.compared} lines are equal."
    lines = [first, f"{done.secrets} secrets make the keys now: keep all of them, in their order."]
    if done.unlike:
        lines.append(
            f"{done.unlike} rows hold numbers with more than four decimals; they are known by their"
            " ids only."
        )
    return Text("\n".join([*lines, f"Readers have publication {done.publication_id}."]))


def removal_rows(removals: Sequence[Removal]) -> list[tuple[str, str, str, int, str]]:
    """Return the same for programs."""
    return [(r.what, r.of, r.sha256, r.size, r.why) for r in removals]
