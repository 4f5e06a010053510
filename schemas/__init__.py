"""Contracts of the twelve registers; knows pandera and nothing of ours.

Belongs here: columns, types, checks, rule codes and word codes of the registers.
Does not belong here: reading files, partners' words, the warehouse.
"""

from typing import Final

import pandera.pandas as pa

from schemas.activities import ACTIVITIES
from schemas.attendance import ATTENDANCE
from schemas.cooperations import COOPERATIONS
from schemas.exchanges import EXCHANGES
from schemas.label_applications import LABEL_APPLICATIONS
from schemas.organisations import ORGANISATIONS
from schemas.pacts import PACTS
from schemas.service_deliveries import SERVICE_DELIVERIES
from schemas.services import SERVICES
from schemas.sme_investments import SME_INVESTMENTS
from schemas.training_plans import TRAINING_PLANS
from schemas.trainings import TRAININGS

REGISTERS: Final[dict[str, pa.DataFrameSchema]] = {
    "organisations": ORGANISATIONS,
    "trainings": TRAININGS,
    "attendance": ATTENDANCE,
    "training_plans": TRAINING_PLANS,
    "label_applications": LABEL_APPLICATIONS,
    "exchanges": EXCHANGES,
    "services": SERVICES,
    "service_deliveries": SERVICE_DELIVERIES,
    "sme_investments": SME_INVESTMENTS,
    "pacts": PACTS,
    "cooperations": COOPERATIONS,
    "activities": ACTIVITIES,
}
"""Register name → contract, in the order R1 … R12 of the specification."""
