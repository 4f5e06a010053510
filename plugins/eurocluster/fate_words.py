"""Why a row counts or not, in words: one sentence per reason that the SQL of a KPI can give.

Belongs here: reason code → sentence; a test holds the codes and the SQL together.
Does not belong here: deciding a reason (dbt_project), rule codes of cells (schemas.reasons).
"""

from collections.abc import Mapping
from typing import Final

_STATUS: Final = {
    "4a.O1": "The plan is still a draft.",
    "4a.O2": "The application was not submitted.",
    "4a.O3": "The exchange was not carried out: its status is neither completed nor interrupted.",
    "4a.O4": "The exchange was not carried out: its status is neither completed nor interrupted.",
    "4b.O1": "The pact is neither signed nor published.",
}
"""KPI → what its reason STATUS means."""

REASON_WORDS: Final = {
    "ABANDONED": "The plan was adopted and then abandoned.",
    "AGREEMENT_ONLY": "An agreement alone is no investment.",
    "CLOSING_REPORT": "The closing report is not validated yet; it counts once it is.",
    "CLUSTER_STAFF": "Works for a cluster organisation; counted in 4a.M1 instead.",
    "CONSORTIUM_PARTNER": "The recipient is a partner of the consortium.",
    "EVIDENCE": "The clause or the reference to the papers is missing; with both it counts.",
    "GRANT_ONLY": "A grant covers the amount and no staff time is stated: no own investment.",
    "INDIRECT": "The benefit was indirect.",
    "INFORMATION_ONLY": "Information is no service that a business benefits from directly.",
    "MANUAL": "Left out by decision; `eurocluster decisions` says whose and why.",
    "NOTHING_INVESTED": "Neither an amount nor staff hours are stated.",
    "NOT_A_BUSINESS": "The organisation is not a business.",
    "NOT_A_CLUSTER": "The applicant is not a cluster organisation.",
    "NOT_CLUSTER_STAFF": "The employer is not a cluster organisation.",
    "NOT_DELIVERED": "It was planned or cancelled, not delivered.",
    "NOT_ELIGIBLE": "A country or a kind of organisation is not eligible for clusterXchange.",
    "NOT_FOR_A_CLUSTER": "No cluster organisation is among the beneficiaries.",
    "NOT_IDENTIFIED": "Nothing says who or what this is: neither a name nor an identifier.",
    "NOT_JOINT": "It is not joint: too few partners of the consortium provide it together.",
    "NOT_PARTNER_STAFF": "The employer is not a partner of the consortium.",
    "NOT_PHYSICAL": "The stay was not physical.",
    "NOT_SME": "The organisation is not an SME.",
    "NO_CLUSTER_REFERENCE": "The pact does not refer to clusters.",
    "NO_CLUSTER_ROLE": "The pact gives clusters no role.",
    "NO_DATE": "No date says when it happened.",
    "NO_HOURS": "No hours were attended on this day; another day of the person has hours.",
    "NO_PROJECT_LINK": "The investment is not linked to the project.",
    "NO_SHOW": "The person did not attend.",
    "NO_SME": "Neither the visitor nor the host is an SME.",
    "NO_STAFF_TIME": "The row states no attended hours of an SME's own worker.",
    "OTHER_OBJECTIVE": "The training belongs to the other objective.",
    "OTHER_PARTNERSHIP": "Another partnership supports the visitor and counts the exchange.",
    "OUT_OF_PROJECT": "The date lies outside the project.",
    "PERSON_CATEGORY": "The person is neither a worker nor self-employed nor a business owner.",
    "RENEWAL": "A renewal is neither a first label nor an upgrade.",
    "ROLE": "The person was not there as a participant.",
    "SAME_COUNTRY": "Visitor and host are in the same country, or one organisation.",
    "SESSIONS_DECIDE": "The session rows of this person decide; this course row adds nothing.",
    "SME_STATUS_DECLARED": "That it is an SME is only declared; this policy wants it verified.",
    "SME_STATUS_UNDETERMINED": "Neither side is known to be an SME, but one of them may be.",
    "SME_STATUS_UNKNOWN": "Nothing says whether the organisation is an SME.",
    "STATUS": "The status says that it has not happened.",
    "TOO_FEW_HOURS": "The person's hours do not reach the minimum.",
    "TOO_LONG": "The stay lasted a month or longer.",
    "TOO_SHORT": "The stay had fewer than three working days.",
    "UNVERIFIED_AGGREGATE": "A group without names; shown beside the figure, not in it.",
    "VISITOR_ONCE": "The visitor had already used its one visit.",
    "WITHDRAWN": "The row is gone from the partner's newest file.",
}
"""Reason → sentence. ``INVALID:<rule>`` is said by the rule itself."""


def fate_words(kpi: str, fate: str, rules: Mapping[str, str]) -> str:
    """Return the sentence for one fate (rule G9), as ``excluded:TOO_SHORT``.

    Args:
        kpi: The KPI whose fate it is.
        fate: As in ``evidence.row_fates``.
        rules: Rule code → what the rule says, for reasons like ``INVALID:E02``.
    """
    kind, _, reason = fate.partition(":")
    if kind == "counted":
        return "Counted."
    if kind == "duplicate_of":
        return "The same unit is counted already."
    if reason.startswith("INVALID:"):
        code = reason.removeprefix("INVALID:")
        return f"A cell that this KPI uses is wrong ({code}): {rules[code]}"
    if reason == "STATUS":
        return _STATUS.get(kpi, REASON_WORDS[reason])
    return REASON_WORDS[reason]
