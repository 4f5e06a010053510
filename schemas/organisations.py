"""R1 organisations: one row per organisation and validity of its SME status."""

import pandas as pd
import pandera.pandas as pa

from schemas import _columns as c

SME_HEADCOUNT = 250
SME_TURNOVER_EUR = 50_000_000
SME_BALANCE_EUR = 43_000_000


def _says_sme(rows: pd.DataFrame) -> pd.Series:
    """Return what the figures say (Recommendation 2003/361/EC, Kleene logic): true/false/NA."""
    small_staff = (rows["headcount_awu"] < SME_HEADCOUNT).astype("boolean")
    small_staff = small_staff.mask(rows["headcount_awu"].isna())
    turnover = (rows["turnover_eur"] <= SME_TURNOVER_EUR).astype("boolean")
    turnover = turnover.mask(rows["turnover_eur"].isna())
    balance = (rows["balance_sheet_eur"] <= SME_BALANCE_EUR).astype("boolean")
    balance = balance.mask(rows["balance_sheet_eur"].isna())
    return small_staff & (turnover | balance)


def _agrees_with_declaration(rows: pd.DataFrame) -> pd.Series:
    figures = _says_sme(rows)
    declared = rows["sme_declared"]
    return ~((declared.eq("sme") & ~figures) | (declared.eq("not_sme") & figures))


def _plausible_amount(name: str) -> pa.Check:
    return c.row_rule(
        "W07", name, lambda rows: ~((rows["headcount_awu"] >= 10) & rows[name].between(1, 999))
    )


ORGANISATIONS = c.register(
    "organisations",
    "One row per organisation that a partner works with, and validity of its SME status.",
    {
        "record_id": c.column("text", "Partner's own key of the organisation.", required=True),
        "legal_name": c.column(
            "organisation",
            "Registered name.",
            c.at_most_characters(200),
            c.value_check("E18", lambda name: any(letter.isalnum() for letter in name)),
            required=True,
        ),
        "country": c.column("country", "Country of registration, ISO 3166-1.", required=True),
        "vat_no": c.column("vat_no", "VAT number with prefix (EL for Greece)."),
        "euid": c.column(
            "euid",
            "European Unique Identifier.",
            c.matches(r"[A-Z]{2}[A-Z0-9]+\.[^_\s]+(_[A-Z0-9])?"),
        ),
        "reg_no": c.column("reg_no", "Number in the national register."),
        "reg_scheme": c.column("text", "Which national register (KRS, KBO, GEMI …)."),
        "pic": c.column("pic", "Participant identification code.", c.matches(r"\d{9}")),
        "eccp_url": c.column("eccp_url", "Profile on the cluster collaboration platform."),
        "org_type": c.column("enum", "Kind of organisation.", required=True, vocabulary="org_type"),
        "consortium_partner": c.column("yes_no", "Is a partner of this consortium."),
        "cluster_member_of": c.column("list", "Clusters that it is a member of."),
        "self_employed": c.column("yes_no", "A person in business on their own account."),
        "nuts": c.column("nuts", "NUTS region.", c.matches(r"[A-Z]{2}[0-9A-Z]{0,3}")),
        "nace": c.column("nace", "Economic activity, NACE Rev. 2 or 2.1."),
        "ecosystem": c.column("enum", "Industrial ecosystem.", vocabulary="ecosystem"),
        "headcount_awu": c.column(
            "decimal", "Staff in annual work units, consolidated.", c.at_least(0)
        ),
        "turnover_eur": c.column("decimal", "Turnover in EUR, consolidated.", c.at_least(0)),
        "balance_sheet_eur": c.column(
            "decimal", "Balance sheet total in EUR, consolidated.", c.at_least(0)
        ),
        "fiscal_year": c.column("integer", "Year of the figures.", c.between(2015, 2100)),
        "autonomy": c.column("enum", "Autonomous, partner or linked.", vocabulary="autonomy"),
        "public_control_25": c.column("yes_no", "25 % or more controlled by public bodies."),
        "sme_declared": c.column("enum", "Self-declaration.", vocabulary="sme_declared"),
        "sme_evidence": c.column("enum", "What supports it.", vocabulary="sme_evidence"),
        "sme_valid_from": c.column("date", "First day on which this status holds."),
        "sme_valid_to": c.column("date", "Last day on which this status holds."),
    },
    key="record_id",
    rules=(
        c.comes_after("sme_valid_to", "sme_valid_from"),
        c.row_rule(
            "E18", "reg_scheme", lambda rows: ~(rows["reg_no"].notna() & rows["reg_scheme"].isna())
        ),
        c.row_rule(
            "E18", "reg_no", lambda rows: ~(rows["reg_no"].isna() & rows["reg_scheme"].notna())
        ),
        c.row_rule(
            "E18",
            "self_employed",
            lambda rows: (
                ~(rows["self_employed"].fillna(value=False) & rows["org_type"].ne("business"))
            ),
        ),
        c.row_rule(
            "E18",
            "eccp_url",
            lambda rows: (
                ~(
                    rows["eccp_url"].notna()
                    & rows["org_type"].notna()
                    & rows["org_type"].ne("cluster_organisation")
                )
            ),
        ),
        c.row_rule("W06", "sme_declared", _agrees_with_declaration),
        _plausible_amount("turnover_eur"),
        _plausible_amount("balance_sheet_eur"),
    ),
)
