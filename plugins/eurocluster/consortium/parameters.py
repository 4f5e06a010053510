"""Every [D] of the specification: readings of the call that a consortium may change.

Belongs here: names, defaults, what they mean.
Does not belong here: their effect (dbt_project).
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class Parameters(BaseModel):
    """Parameters in force; the field's description cites the KPI sheet of kpis.md §2.4."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    k_4a_m1_scope: Literal["all", "consortium"] = Field(
        "all", description="4a.M1: staff of all cluster organisations, or of partners only"
    )
    k_4a_m1_min_hours: float = Field(0, ge=0, description="4a.M1: hours before a person counts")
    count_renewals: bool = Field(default=False, description="4a.O2: renewals count as well")
    allow_virtual: bool = Field(default=False, description="4a.O3: virtual stays count as well")
    require_closing_report: bool = Field(
        default=True, description="4a.O3: pending until the closing report is validated"
    )
    visitor_once: bool = Field(default=True, description="4a.O3: one counted visit per visitor")
    visitor_once_waivers: tuple[str, ...] = Field(
        (), description="4a.O3: exchange_ids to which visitor_once does not apply"
    )
    o4_denominator: Literal["actual"] | PositiveInt = Field(
        "actual", description="4a.O4: exchanges counted, or a fixed number (50)"
    )
    count_agreements: bool = Field(default=False, description="4b.M1: agreements alone count")
    attendance_implies_investment: bool = Field(
        default=False, description="4b.M1: attended hours of an SME's workers are staff time"
    )
    o2_headline: Literal["businesses", "smes"] = Field(
        "businesses", description="4b.O2: what the headline counts"
    )
    include_cluster_staff: bool = Field(
        default=False, description="4b.O3: staff of cluster organisations count as workers"
    )
    include_job_seekers: bool = Field(default=False, description="4b.O3: job seekers count")
    mass_withdrawal_share: float = Field(
        0.20, ge=0, le=1, description="G7: share of rows that may disappear unconfirmed"
    )
