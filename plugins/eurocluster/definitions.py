"""How each KPI is counted, in words: the fiche that an auditor asks for first.

The words follow the KPI sheets of the specification (kpis.md §2.4); what can be chosen names its
parameter, so that the page beside the figure shows the value in force.

Belongs here: unit, conditions, de-duplication, counting date, edge cases.
Does not belong here: counting (dbt_project), reasons of single rows (fate_words).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Definition:
    """One KPI in the form of an indicator fiche (SWD(2021) 198).

    Attributes:
        unit: What one of the figure is.
        counts: What must hold for a row to count.
        once: What makes two rows the same unit.
        counted_on: The one date that decides the period (G2).
        edges: What people ask about, and the answer.
        parameters: Names of the parameters that this KPI obeys.
        models: dbt models of the figure, from the rows to the KPI.
    """

    unit: str
    counts: tuple[str, ...]
    once: str
    counted_on: str
    edges: tuple[str, ...]
    parameters: tuple[str, ...]
    models: tuple[str, ...]


_ATTENDED: Final = "The person attended, wholly or in part, as a participant."
_DELIVERED: Final = "The training was delivered."

DEFINITIONS: Final = {
    "4a.M1": Definition(
        unit="A natural person whose employer on the day of the session is a cluster organisation.",
        counts=(
            f"{_DELIVERED} Its objective is 4a, or both.",
            _ATTENDED,
            "The employer is a cluster organisation; the kind of person does not decide.",
        ),
        once="One person, whatever the trainings and whichever partners report them.",
        counted_on="Day of the first session attended; of a course without sessions, its last day.",
        edges=(
            "A group without names stands beside the figure, not in it.",
            "Trainers and people who did not come do not count.",
            "Somebody employed by two clusters is one person.",
        ),
        parameters=("k_4a_m1_scope", "k_4a_m1_min_hours"),
        models=("int_attendance", "int_4a_m1_candidates", "kpi_4a_m1_employees_trained"),
    ),
    "4a.O1": Definition(
        unit="A training plan: the document, neither its versions nor those it is for.",
        counts=(
            "It was adopted or implemented.",
            "At least one beneficiary is a cluster organisation.",
            "A partner of the consortium supported it.",
        ),
        once="One plan_id in the consortium; without one, first beneficiary and title.",
        counted_on="Day of the first adoption.",
        edges=(
            "A second version adds nothing; a plan for three clusters is one plan.",
            "Adopted before the project, abandoned, or still a draft: not counted.",
        ),
        parameters=(),
        models=("stg_training_plans", "kpi_4a_o1_training_plans"),
    ),
    "4a.O2": Definition(
        unit="A cluster organisation that applies for an excellence label or an upgrade.",
        counts=(
            "The application is a first one or an upgrade.",
            "It was submitted; how it ended does not matter.",
            "The applicant is a cluster organisation.",
        ),
        once="One organisation, however many applications.",
        counted_on="Day of the first application.",
        edges=("Withdrawn before it was submitted: not counted.", "Bronze and then silver: one."),
        parameters=("count_renewals",),
        models=("stg_label_applications", "kpi_4a_o2_label_applicants"),
    ),
    "4a.O3": Definition(
        unit="One stay of one visiting organisation at one host.",
        counts=(
            "Our partnership supports the visitor.",
            "The stay was completed, or interrupted after enough days.",
            "Visitor and host are two organisations in two countries, both eligible.",
            "It was physical, lasted at least three working days of the host's country and less"
            " than a month.",
            "The closing report is validated; until then it is pending.",
            "The visitor has not visited before.",
        ),
        once="One exchange_id; without one, visitor, host and first day.",
        counted_on="Last day of the stay.",
        edges=(
            "Host and visitor both report it: one exchange.",
            "Several people of one visitor: one; five visitors at one host: five.",
        ),
        parameters=(
            "allow_virtual",
            "require_closing_report",
            "visitor_once",
            "visitor_once_waivers",
        ),
        models=("stg_exchanges", "int_exchanges", "kpi_4a_o3_exchanges"),
    ),
    "4a.O4": Definition(
        unit="Of the exchanges of 4a.O3, those with an SME as visitor or host.",
        counts=(
            "The exchange counts in 4a.O3.",
            "Visitor or host is an SME on its first day, under the policy.",
        ),
        once="As in 4a.O3; two SMEs are one exchange.",
        counted_on="Last day of the stay.",
        edges=("Neither side known to be one, but one may be: only in the potential figure.",),
        parameters=("o4_denominator",),
        models=("int_exchanges", "int_sme_status", "kpi_4a_o4_exchanges_with_smes"),
    ),
    "4b.M1": Definition(
        unit="An SME that invests in the skills of its employees within the project.",
        counts=(
            "The organisation is a business and an SME on that day, under the policy.",
            "An amount or staff hours above zero are stated.",
            "The investment is linked to the project.",
        ),
        once="One organisation, whichever partners report it.",
        counted_on="Day of the first investment.",
        edges=(
            "Paid wholly by a grant, without staff time: no own investment.",
            "The currency does not matter: any amount above zero counts.",
        ),
        parameters=("count_agreements", "attendance_implies_investment"),
        models=("stg_sme_investments", "int_sme_status", "kpi_4b_m1_smes_investing"),
    ),
    "4b.O1": Definition(
        unit="A Pact for Skills: partnership, declaration or commitment, not its members.",
        counts=(
            "It is signed or published.",
            "It refers to clusters and gives them a role.",
            "The clause is quoted and the papers are named; without them it is pending.",
        ),
        once="One pact_id; without one, its address, then its title.",
        counted_on="Day of the reference; an older pact counts from its amendment.",
        edges=("Joining as a member changes no text and adds nothing.",),
        parameters=(),
        models=("stg_pacts", "kpi_4b_o1_pacts_with_cluster_role"),
    ),
    "4b.O2": Definition(
        unit="A business that benefits directly from a joint skills service.",
        counts=(
            "A joint service was delivered to it directly, and is more than information; or one of"
            " its people attended a joint training.",
            "It is a business, named, and no partner of the consortium.",
        ),
        once="One organisation, whichever services, trainings and partners.",
        counted_on="Day of the first delivery or session.",
        edges=("A self-employed person is one business here and one worker in 4b.O3.",),
        parameters=("o2_headline",),
        models=("int_services", "int_4b_o2_candidates", "kpi_4b_o2_businesses_benefitting"),
    ),
    "4b.O3": Definition(
        unit="A worker who received training through the joint activities.",
        counts=(
            f"{_DELIVERED} It is joint, or follows a joint train-the-trainer course.",
            _ATTENDED,
            "The person is a worker, self-employed or owner of a business.",
        ),
        once="One person, whatever the trainings and whichever partners report them.",
        counted_on="Day of the first session attended; of a course without sessions, its last day.",
        edges=(
            "Staff of cluster organisations are in 4a.M1.",
            "The size of the employer does not matter.",
            "Groups without names are shown as an upper bound.",
        ),
        parameters=("include_cluster_staff", "include_job_seekers"),
        models=("int_attendance", "int_4b_o3_candidates", "kpi_4b_o3_workers_trained"),
    ),
}
"""KPI code → how it is counted."""
