"""Choosing the rows that get a mistake: by what they say, and never the same row twice.

Belongs here: finding rows, each time in the same way. Does not belong here: what becomes wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from importlib import import_module

from examples.generator.chance import chance
from examples.generator.facts import Person
from examples.generator.registers import SHARED_ADDRESS
from examples.generator.rows import Row
from examples.generator.world import World

_BOUNDS = (date(2022, 9, 1), date(2024, 2, 29), date(2024, 7, 31), date(2024, 10, 15))


class Picking:
    """Rows still without a mistake, in an order that chance has fixed."""

    def __init__(self, happened: World, rows: Sequence[Row]) -> None:
        self._happened = happened
        self._random = chance("mistakes")
        self._rest = list(rows)
        self._random.shuffle(self._rest)
        self._used: set[str] = set()
        self._used_people: set[tuple[str, str]] = set()
        attended = [row for row in rows if row.register == "attendance" and row.links.get("person")]
        # Course rows beside day rows of one training are left alone: the days decide.
        by_training: dict[str, set[bool]] = {}
        for row in attended:
            by_training.setdefault(str(row.values["training_id"]), set()).add(
                row.values["session_date"] is None
            )
        self._mixed = {code for code, kinds in by_training.items() if len(kinds) > 1}
        self._days = Counter(self._person_in_training(row) for row in attended if _counts(row))
        self._present = Counter((row.partner, *self._person_in_training(row)) for row in attended
                                if _counts(row))  # fmt: skip
        self._active = {
            key
            for row in rows
            if row.register != "organisations"
            for keys in row.links.values()
            for key in keys
        }

    def rows(
        self, count: int, register: str, partner: str | None, fits: Callable[[Row], bool]
    ) -> list[Row]:
        """The next `count` rows that fit, of one partner or of any; ValueError if too few."""
        found: list[Row] = []
        for row in self._rest:
            if len(found) == count:
                break
            if row.register != register or row.key in self._used or not fits(row):
                continue
            if partner is None or row.partner == partner:
                found.append(row)
        if len(found) < count:
            raise ValueError(f"fewer than {count} rows of {register} of {partner} fit")
        self._used.update(row.key for row in found)
        return found

    def attended(
        self,
        count: int,
        partner: str,
        *,
        with_day: bool = False,
        category: str | None = None,
        hours: float | None = None,
        employer_number: bool = False,
        away_from_bounds: bool = False,
    ) -> Iterable[Row]:
        """Participants who were there; of each person in each training one row at most."""

        def fits(row: Row) -> bool:
            day = row.values["session_date"]
            return (
                self._untouched(row)
                and (not with_day or day is not None)
                and (category is None or row.values["person_category"] == category)
                and (hours is None or row.values["hours"] == hours)
                and (not employer_number or self.is_numbered_at_home(row, "employer"))
                and (not away_from_bounds or _far_from_bounds(day))
            )

        return self._once_per_person(count, partner, fits)

    def attended_again(self, count: int, partner: str) -> Iterable[Row]:
        """Participants whose other day of the same training, in the same list, is right."""

        def fits(row: Row) -> bool:
            return (
                self._untouched(row)
                and self._present[(row.partner, *self._person_in_training(row))] > 1
                and _far_from_bounds(row.values["session_date"])
            )

        return self._once_per_person(count, partner, fits)

    def alone_in_training(self, count: int) -> Iterable[Row]:
        """Participants with one day in one list of one training and nowhere else."""

        def fits(row: Row) -> bool:
            return (
                self._untouched(row)
                and self._days[self._person_in_training(row)] == 1
                and row.values["attended"] == "yes"
            )

        return self._once_per_person(count, None, fits)

    def organisation(self, count: int, partner: str) -> list[Row]:
        """Businesses of the partner's own country that take part in something."""
        return self.rows(
            count,
            "organisations",
            partner,
            lambda row: (
                self._business_at_home(row) and row.links["organisation"][0] in self._active
            ),
        )

    def idle_organisation(self, partner: str) -> Row:
        """A business of the partner's own country in which nothing happened."""
        (found,) = self.rows(
            1,
            "organisations",
            partner,
            lambda row: (
                self._business_at_home(row) and row.links["organisation"][0] not in self._active
            ),
        )
        return found

    def trainings(
        self,
        count: int,
        partner: str | None = None,
        *,
        lead: bool = True,
        joint: bool | None = None,
        objective: str | None = None,
        days: bool = False,
    ) -> list[Row]:
        """Delivered trainings in the list of their lead partner, or of a co-partner."""

        def fits(row: Row) -> bool:
            values = row.values
            training = self._happened.trainings[str(values["training_id"])]
            return (
                values["status"] == training.status == "delivered"
                and (values["lead_partner"] == row.partner) is lead
                and (joint is None or bool(training.co) is joint)
                and (objective is None or values["objective"] == objective)
                and (not days or bool(training.sessions))
                and not any(
                    t.cascade_of == training.code for t in self._happened.trainings.values()
                )
            )

        return self.rows(count, "trainings", partner, fits)

    def colleague(self, row: Row) -> Person:
        """Somebody else of the same employer."""
        person, employer = row.links["person"][0], row.links["employer"][0]
        return next(
            other
            for other in self._happened.people.values()
            if other.employer == employer and other.key != person
        )

    def wrong_number(self, row: Row) -> str:
        """The VAT number of the row's organisation with one digit that breaks the check."""
        (key,) = row.links.get("employer") or next(iter(row.links.values()))
        vat = self._happened.organisations[key].vat or ""
        is_valid = import_module("stdnum.eu.vat").is_valid
        for digit in "0123456789":
            wrong = f"{vat[:-1]}{digit}"
            if not is_valid(wrong):
                return wrong
        raise ValueError(f"every last digit is valid for the number of {key}")

    def is_single_good_stay(self, row: Row) -> bool:
        """Whether this is the only row of a stay that would count."""
        stay = next(
            stay
            for stay in self._happened.exchanges
            if row.values["exchange_id"] in (stay.number, stay.host_number)
        )
        visits = sum(other.visitor == stay.visitor for other in self._happened.exchanges)
        return (
            stay.status == "completed"
            and stay.mode == "physical"
            and stay.ours
            and stay.validated is not None
            and 2 <= (stay.end - stay.start).days <= 7
            and stay.visitor_type != "other"
            and len(stay.reporters) == visits == 1
            and row.values["ho_country"] not in ("CH", "PL")
        )

    def is_numbered_at_home(self, row: Row, role: str) -> bool:
        """Whether the organisation is of the partner's country and has a VAT number."""
        organisation = self._happened.organisations[row.links[role][0]]
        return organisation.key.startswith(f"{row.partner}-") and organisation.vat is not None

    def _once_per_person(
        self, count: int, partner: str | None, fits: Callable[[Row], bool]
    ) -> list[Row]:
        found = []
        for _ in range(count):
            (row,) = self.rows(1, "attendance", partner, fits)
            self._used_people.add(self._person_in_training(row))
            found.append(row)
        return found

    def _untouched(self, row: Row) -> bool:
        return (
            _counts(row)
            and str(row.values["training_id"]) not in self._mixed
            and row.links["employer"][0] != SHARED_ADDRESS
            and self._person_in_training(row) not in self._used_people
        )

    def _business_at_home(self, row: Row) -> bool:
        (key,) = row.links["organisation"]
        organisation = self._happened.organisations[key]
        return organisation.kind == "business" and key.startswith(f"{row.partner}-")

    @staticmethod
    def _person_in_training(row: Row) -> tuple[str, str]:
        return row.links["person"][0], str(row.values["training_id"])


def _counts(row: Row) -> bool:
    """Whether the row names a participant who was there."""
    return (
        "person" in row.links
        and row.values["attended"] in ("yes", "partial")
        and row.values["role"] in (None, "participant")
        and bool(row.values["hours"])
    )


def _far_from_bounds(day: object) -> bool:
    """Whether the day lies three weeks or more from any bound of a period."""
    return isinstance(day, date) and all(abs((day - bound).days) > 21 for bound in _BOUNDS)
