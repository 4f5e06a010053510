"""A partner and the registers it keeps (partners/*.yml).

Belongs here: shape and checks of a partner's declaration.
Does not belong here: kinds of source (sources.py beside it), fetching, understanding files.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from eurocluster.consortium.sources import Declaration, DeclaredSource

RegisterName = Literal[
    "organisations", "trainings", "attendance", "training_plans", "label_applications",
    "exchanges", "services", "service_deliveries", "sme_investments", "pacts", "cooperations",
    "activities",
]  # fmt: skip
REGISTER_NAMES: tuple[str, ...] = RegisterName.__args__  # type: ignore[attr-defined]

_OTHER_SCHEMES = {"EL": "GR", "UK": "GB", "XI": "GB"}

PartnerCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]


class Expected(Declaration):
    """How often a register is due, and on which day of the following month."""

    every: Literal["month", "quarter", "half_year", "year"]
    due_day: int = Field(5, ge=1, le=28)


class Correction(Declaration):
    """One wrong cell of a partner's file, until the partner has mended it there.

    It holds only while the cell says what is ``expected``; afterwards it is told as out of date.
    """

    row: str = Field(min_length=1, description="id of the row, as it stands in the file")
    column: str
    expected: str = Field(description="the cell as it is now")
    value: str = Field(description="what it is read as instead")
    reason: str = Field(min_length=3)
    reported: date = Field(description="day on which the partner was told")


class Register(Declaration):
    """Where one register of a partner lies and what helps to read it."""

    name: RegisterName
    source: DeclaredSource
    expected: Expected | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = Field(None, max_length=1)
    columns: dict[str, str] = Field({}, description="partner's header → column of the register")
    words: dict[str, dict[str, str]] = Field(
        {}, description="column → partner's word → code of the vocabulary"
    )
    constants: dict[str, str] = Field(
        {}, description="column that the files lack → what it says in every row"
    )
    corrections: tuple[Correction, ...] = ()


class Identifiers(Declaration):
    """Identifiers of the partner's own organisation (G4)."""

    vat_no: str | None = None
    euid: str | None = None
    reg_no: str | None = None
    reg_scheme: str | None = None
    pic: str | None = None
    eccp_url: str | None = None


class Partner(Declaration):
    """One cluster organisation of the consortium."""

    version: Literal[1]
    partner: PartnerCode
    name: str = Field(min_length=1)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    language: str = Field(pattern=r"^[a-z]{2}$")
    timezone: str = "Europe/Brussels"
    steward: str | None = None
    enabled: bool = True
    identifiers: Identifiers = Identifiers()
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    decimal_mark: Literal[",", "."] | None = None
    code_page: str | None = None
    teaching_unit_minutes: int | None = Field(
        None, ge=20, le=120, description="length of a teaching unit (UE), where hours are given so"
    )
    registers: tuple[Register, ...] = ()

    @field_validator("country")
    @classmethod
    def _is_iso(cls, country: str) -> str:
        if country in _OTHER_SCHEMES:
            raise ValueError(f"write {_OTHER_SCHEMES[country]} (ISO 3166-1)")
        return country

    @model_validator(mode="after")
    def _each_register_once(self) -> Self:
        names = [register.name for register in self.registers]
        if len(names) != len(set(names)):
            raise ValueError("registers: each name once; several files go into one 'include'")
        return self

    def register(self, name: str) -> Register | None:
        """Return the declaration of a register, None when the partner does not keep it."""
        return next((found for found in self.registers if found.name == name), None)
