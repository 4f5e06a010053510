"""The attendance register of a Polish partner, and the mistakes planted in it.

Every good cell is written in the one way that a simple script understands as well (day first,
decimal comma, one word per meaning): a script that refuses good rows would flatter us. Persons
come back: with every tenfold of the rows there are four times as many of them.

Belongs here: rows by column, in blocks, mistakes and the list of them.
Does not belong here: headers and words (declared.py), persons and employers (people.py), files
(material.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np
from stdnum.pl import pesel

from benchmarks.declared import FILE_HEADERS, PROJECT_START, WORDS
from benchmarks.people import person

Cell = str | int | float | date | None
Block = dict[str, list[Cell]]
"""Some rows: column → one cell per row."""

BLOCK_ROWS = 50_000
TRAININGS = 400
MISTAKEN_SHARE = 0.02
"""Share of all cells that are wrong: every third row has a mistake, a hard case."""

_DAYS = 1_080
_HOURS = (1.5, 2.0, 3.0, 4.5, 6.0, 6.5, 7.5, 8.0)
_REMARKS = ("rzutnik", "sala 2", "catering zamówiony", "klucz w recepcji", "bez uwag")
_SEED = 3


@dataclass(frozen=True, slots=True)
class Planted:
    """One wrong cell: 1-based row of the file, column, and the rule that it breaks."""

    row: int
    column: str
    code: str


def attendance(count: int) -> Iterator[Block]:
    """Yield ``count`` rows without a mistake, the same ones every time."""
    for start in range(0, count, BLOCK_ROWS):
        block = _block(start)
        rows = min(BLOCK_ROWS, count - start)
        yield {column: cells[:rows] for column, cells in block.items()}


def persons_among(rows: int) -> int:
    """Return how many persons there are to choose from in the last of so many rows."""
    return int(25_000 * (rows / 100_000) ** 0.6) + 1


def with_mistakes(blocks: Iterator[Block], mistakes: list[Planted]) -> Iterator[Block]:
    """Yield the rows with 2 % of their cells spoiled; append each spoiled cell to ``mistakes``."""
    first_row = 2
    id_above: Cell = "A-of-nobody"
    for block in blocks:
        ids = block["record_id"]
        spoiled, planted = _spoiled(block, first_row, id_above)
        mistakes.extend(planted)
        id_above = ids[-1]
        first_row += len(ids)
        yield spoiled


def training_days(training: int) -> tuple[date, date]:
    """Return first and last day of a training; it has four sessions, a week apart."""
    first = PROJECT_START + timedelta(days=training * (_DAYS - 28) // TRAININGS)
    return first, first + timedelta(days=21)


def training_code(training: int) -> str:
    """Return the code that attendance and trainings share."""
    return f"S-{training:04d}"


def _block(start: int) -> Block:
    chance = np.random.default_rng((_SEED, start))

    def one_of(choices: Sequence[Cell], shares: Sequence[float] | None = None) -> list[Cell]:
        drawn = chance.choice(len(choices), BLOCK_ROWS, p=shares)
        return [choices[at] for at in drawn.tolist()]

    numbers = range(start, start + BLOCK_ROWS)
    trainings = chance.integers(TRAININGS, size=BLOCK_ROWS).tolist()
    sessions = chance.integers(4, size=BLOCK_ROWS).tolist()
    known = 25_000 * (np.arange(start + 1, start + BLOCK_ROWS + 1) / 100_000) ** 0.6 + 1
    people = [person(at) for at in (chance.random(BLOCK_ROWS) * known).astype(int).tolist()]
    codes = [training_code(training) for training in range(TRAININGS)]
    days = [
        [training_days(training)[0] + timedelta(days=7 * session) for session in range(4)]
        for training in range(TRAININGS)
    ]
    lists = [
        [f"lista-{training:04d}-{session + 1}.pdf" for session in range(4)]
        for training in range(TRAININGS)
    ]
    completed = one_of(("tak", "nie"))
    return {
        "record_id": [f"A-{number:07d}" for number in numbers],
        "training_id": [codes[training] for training in trainings],
        "session_date": [
            days[at][session] for at, session in zip(trainings, sessions, strict=True)
        ],
        "person_name": [found.name for found in people],
        "email": [found.email for found in people],
        "employer_name": [found.employer.name for found in people],
        "employer_id": [found.employer.tax_number for found in people],
        "employer_country": [found.employer.country for found in people],
        "person_category": one_of(tuple(WORDS["person_category"])),
        "role": one_of(("uczestnik", "trener"), (0.98, 0.02)),
        "attended": one_of(("tak", "nie", "częściowo"), (0.9, 0.07, 0.03)),
        "hours": one_of(_HOURS),
        "completed": completed,
        "certificate_no": [
            f"ZW/{number:07d}/{days[training][0].year}" if done == "tak" else None
            for number, training, done in zip(numbers, trainings, completed, strict=True)
        ],
        "gender": one_of(tuple(WORDS["gender"])),
        "headcount": [1] * BLOCK_ROWS,
        "evidence_ref": [
            lists[at][session] for at, session in zip(trainings, sessions, strict=True)
        ],
        "remarks": one_of((None, *_REMARKS), (0.75, *[0.05] * 5)),
    }


def _spoiled(block: Block, first_row: int, id_above: Cell) -> tuple[Block, list[Planted]]:
    """Return a block with mistakes and the list of them; the columns take turns by name."""
    chance = Random(f"mistakes from row {first_row}")  # noqa: S311 (invented rows, no secrets)
    drawn = np.random.default_rng((_SEED, first_row))
    share = MISTAKEN_SHARE * len(FILE_HEADERS) / len(_KINDS)
    ids = block["record_id"]
    spoiled = {column: list(cells) for column, cells in block.items()}
    taken: dict[str, set[int]] = {}
    planted = []
    for column, kinds in _KINDS.items():
        hit = (drawn.random(BLOCK_ROWS)[: len(ids)] < share).nonzero()[0].tolist()
        taken[column] = set(hit)
        apart = [taken[other] for other in _APART.get(column, ())]
        for at in hit:
            is_copied = column == "record_id" and at - 1 in taken[column]
            if is_copied or any(at in others for others in apart):
                taken[column].discard(at)
                continue
            code, spoil = chance.choice(kinds)
            if code == "E08":
                cell = ids[at - 1] if at else id_above
                planted.append(Planted(first_row + at - 1, column, code))
            else:
                cell = spoil({name: cells[at] for name, cells in block.items()}, chance)
            if cell == block[column][at]:
                continue
            spoiled[column][at] = cell
            planted.append(Planted(first_row + at, column, code))
    return spoiled, planted


Row = dict[str, Cell]


def _two_persons(row: Row, _: Random) -> Cell:
    return f"{row['person_name']}, Testa Dodatkowa"


def _without_at_sign(row: Row, _: Random) -> Cell:
    return str(row["email"]).replace("@", " na ")


def _two_addresses(row: Row, _: Random) -> Cell:
    return f"{row['email']}; druga.{row['email']}"


def _shared_mailbox(row: Row, _: Random) -> Cell:
    return f"biuro@{str(row['email']).partition('@')[2]}"


def _wrong_check_digit(row: Row, _: Random) -> Cell:
    number = row["employer_id"]
    return None if number is None else f"{str(number)[:-1]}{(int(str(number)[-1]) + 1) % 10}"


def _of_another_country(row: Row, _: Random) -> Cell:
    """Return a number that is one in Germany, for an employer in Poland."""
    return None if row["employer_id"] is None else "DE136695976"


def _person_number(_: Row, chance: Random) -> Cell:
    """Return a valid number of somebody born in the year 2299."""
    body = f"997231{chance.randrange(10_000):04d}"
    return body + pesel.calc_check_digit(body)


def _always(cell: Cell) -> Callable[[Row, Random], Cell]:
    return lambda _row, _chance: cell


_MISTAKES: tuple[tuple[str, str, Callable[[Row, Random], Cell]], ...] = (
    ("record_id", "E08", _always(None)),
    ("training_id", "E01", _always(None)),
    ("training_id", "E18", _always("#REF!")),
    ("session_date", "E02", _always("31.02.2024")),
    ("session_date", "E02", _always("13/14/2024")),
    ("session_date", "E02", _always("wiosna")),
    ("session_date", "E04", _always(date(2019, 3, 14))),
    ("person_name", "E01", _always(None)),
    ("person_name", "E16", _two_persons),
    ("person_name", "E18", _always("12345")),
    ("email", "W03", _without_at_sign),
    ("email", "W03", _two_addresses),
    ("email", "W03", _shared_mailbox),
    ("employer_name", "E01", _always(None)),
    ("employer_name", "E01", _always("???")),
    ("employer_id", "W01", _wrong_check_digit),
    ("employer_id", "W01", _of_another_country),
    ("employer_country", "E01", _always(None)),
    ("employer_country", "E09", _always("Atlantyda")),
    ("person_category", "E05", _always("czarodziej")),
    ("role", "E05", _always("widz")),
    ("attended", "E01", _always(None)),
    ("attended", "E05", _always("na pewno kiedyś")),
    ("hours", "E06", _always(-2)),
    ("hours", "E17", _always("dużo")),
    ("hours", "E17", _always("1.500")),
    ("hours", "E18", _always(30)),
    ("hours", "E18", _always("#N/A")),
    ("completed", "E05", _always("wkrótce")),
    ("certificate_no", "E14", _person_number),
    ("gender", "E05", _always("kwadrat")),
    ("headcount", "E11", _always(3)),
    ("headcount", "E17", _always("kilka")),
    ("headcount", "E17", _always("2,5")),
    ("headcount", "E18", _always(0)),
    ("evidence_ref", "E14", _person_number),
)
"""Column, rule that the spoiled cell breaks, how it is spoiled (E08: the id of the row above)."""

_KINDS: dict[str, list[tuple[str, Callable[[Row, Random], Cell]]]] = defaultdict(list)
for _column, _code, _spoil in sorted(_MISTAKES, key=lambda mistake: mistake[0]):
    _KINDS[_column].append((_code, _spoil))

_APART = {
    "person_name": ("headcount",),  # a group without a name is no mistake
    "session_date": ("hours",),  # thirty hours are too many for a day, not for a course
    "employer_id": ("employer_country",),  # which country's check digit?
}
"""Column → those before it by name that have no mistake in the same row."""
