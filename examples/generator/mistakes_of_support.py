"""The mistakes people make in the example's exchanges, deliveries, investments and pacts.

Belongs here: which cell of which row is wrong, how, and which rule says so. Does not belong here:
attendance, trainings and organisations (`mistakes.py`), harmless variants, files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from examples.generator.picking import Picking
from examples.generator.rows import Row


def support_mistakes(picking: Picking) -> Iterable[Row]:
    """Rows with mistakes, of all registers but organisations, trainings and attendance."""
    yield from _exchanges(picking)
    yield from _deliveries(picking)
    yield from _investments(picking)
    yield from _small_registers(picking)


def _exchanges(picking: Picking) -> Iterable[Row]:
    """Stays that went well and are written down so that they cannot count."""

    def went_well(partner: str | None = None) -> Row:
        (row,) = picking.rows(1, "exchanges", partner, picking.is_single_good_stay)
        return row

    yield went_well("be").wrong("E02", "start_date", "31/02/2024")
    row = went_well("de")
    end = row.values["end_date"]
    if isinstance(end, date):
        before = end - timedelta(days=31)
        yield row.meaning("end_date", before).wrong("E03", "end_date", before)
    row = went_well("pl")
    host = {name: row.values[f"vo_{name[3:]}"] for name in ("ho_country",)}
    yield replace(row, values={**row.values, **host}).wrong("E12", "ho_country", host["ho_country"])
    row = went_well("es")
    same = {f"ho_{part}": row.values[f"vo_{part}"] for part in ("name", "country", "id")}
    yield replace(row, values={**row.values, **same}).wrong("E13", "ho_name", same["ho_name"])
    row = went_well("pl")
    later = {"start_date": date(2024, 12, 2), "end_date": date(2024, 12, 6),
             "closing_report_date": None, "validated_date": None}  # fmt: skip
    yield replace(row, values={**row.values, **later}).wrong("E15", "status", "zakończona")
    yield went_well("de").wrong("E09", "ho_country", "Skandinavien")
    yield went_well("es").wrong("E05", "mode", "visita")
    yield went_well("fi").wrong("E06", "working_days", -3)
    yield went_well("gr").wrong("E01", "vo_name", None)
    # Doubtful, and counted.
    yield went_well("pl").meaning("working_days", 9).wrong("W05", "working_days", 9, refused=False)
    yield went_well("de").wrong("W15", "lump_sum_eur", "390 EUR", refused=False)
    # Refused for a column that no figure uses, and counted.
    yield went_well("de").wrong("E17", "lump_sum_eur", "nach Beleg")


def _deliveries(picking: Picking) -> Iterable[Row]:
    def delivered(partner: str, count: int = 1, *, number: bool = False) -> list[Row]:
        return picking.rows(
            count,
            "service_deliveries",
            partner,
            lambda row: (
                row.values["status"] == "delivered"
                and row.values["directness"] == "direct"
                and (not number or picking.is_numbered_at_home(row, "recipient"))
            ),
        )

    for row in delivered("pl"):
        yield row.wrong("E07", "service_id", "SV-99")
    for row in delivered("es"):
        yield row.wrong("E07", "service_id", "SV-4O")
    for row in delivered("be"):
        yield row.wrong("E02", "delivered_on", "30/02/2024")
    for row in delivered("de"):
        yield row.wrong("E05", "directness", "über Dritte")
    for row in delivered("gr"):
        yield row.wrong("E01", "recipient", None)
    # Hours and value decide nothing here.
    for row in delivered("fi"):
        yield row.wrong("E06", "hours", -2.0)
    for row in delivered("pl"):
        yield row.wrong("E17", "value_eur", "gratis")
    for partner in ("pl", "gr"):
        for row in delivered(partner, number=True):
            number = picking.wrong_number(row)
            yield row.wrong("W01", "recipient_id", number, refused=False)
    for partner, words in (("de", "4 Std."), ("es", "4 h"), ("pl", "4 godz.")):
        for row in delivered(partner):
            yield row.meaning("hours", 4.0).wrong("W15", "hours", words, refused=False)
    for partner in ("be", "es"):
        for row in delivered(partner):
            yield replace(row, copies=2)


def _investments(picking: Picking) -> Iterable[Row]:
    def paid(partner: str, *, number: bool = False) -> Row:
        (row,) = picking.rows(
            1,
            "sme_investments",
            partner,
            lambda row: (
                bool(row.values["amount"])
                and not row.values["staff_hours"]
                and row.values["grant_received_eur"] is None
                and row.values["project_link"] != "none"
                and row.values["kind"] != "agreement"
                and (not number or picking.is_numbered_at_home(row, "sme"))
            ),
        )
        return row

    for partner in ("be", "pl"):
        row = paid(partner)
        yield row.wrong("E06", "amount", -float(str(row.values["amount"])))
    yield paid("gr").wrong("E02", "investment_date", "31/09/2023")
    yield paid("fi").wrong("E02", "investment_date", "30.2.2024")
    yield paid("de").wrong("E05", "kind", "Leasing")
    yield paid("es").wrong("E01", "project_link", None)
    yield paid("pl").wrong("E01", "sme", None)
    yield paid("de").wrong("E17", "amount", "laut Rechnung")
    for partner in ("pl", "es"):
        row = paid(partner, number=True)
        yield row.wrong("W01", "sme_id", picking.wrong_number(row), refused=False)
    for partner, words, meant in (
        ("de", "1.200,00 €", 1200.0),
        ("pl", "5 280,00", 5280.0),
        ("es", "1.200 €", 1200.0),
    ):
        yield paid(partner).meaning("amount", meant).wrong("W15", "amount", words, refused=False)
    for partner in ("de", "gr", "fi"):
        yield replace(paid(partner), copies=2)


def _small_registers(picking: Picking) -> Iterable[Row]:
    (row,) = picking.rows(1, "training_plans", "pl", lambda row: row.values["status"] == "draft")
    yield row.wrong("E06", "staff_covered", -12)
    (row,) = picking.rows(1, "pacts", "be", lambda row: row.values["pact_id"] == "PACT-02")
    yield row.wrong("E02", "signature_date", "31/06/2023")
    (row,) = picking.rows(
        1, "label_applications", "de", lambda row: row.values["application_type"] == "renewal"
    )
    yield row.wrong("E05", "level", "Platin")
