"""Good rows of every register as canonical values; persons and organisations do not exist."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.de import vat as german_vat
from stdnum.pl import nip

POLISH_VAT = "PL" + nip.validate("526-000-12-46")
GERMAN_VAT = "DE" + german_vat.validate("136 695 976")

Row = Mapping[str, Any]

GOOD_ROWS: Mapping[str, tuple[Row, ...]] = {
    "organisations": (
        {
            "record_id": "007", "legal_name": "Muster Werke 24/7 GmbH", "country": "DE",
            "vat_no": GERMAN_VAT, "euid": "DEB8536.HRB123456", "reg_no": "123456",
            "reg_scheme": "HRB", "pic": "012345678", "org_type": "business",
            "consortium_partner": False, "cluster_member_of": ("Klaster Przykładowy", "007"),
            "self_employed": False, "nuts": "DE212", "nace": "62.01", "ecosystem": "digital",
            "headcount_awu": Decimal("12.5"), "turnover_eur": Decimal("1250000.5"),
            "balance_sheet_eur": Decimal("800000"), "fiscal_year": 2023,
            "autonomy": "autonomous", "public_control_25": False, "sme_declared": "sme",
            "sme_evidence": "none", "sme_valid_from": date(2023, 1, 2),
            "sme_valid_to": date(2024, 12, 31),
        },
        {
            "record_id": "c1", "legal_name": "Cluster Exemple", "country": "FR",
            "eccp_url": "clustercollaboration.eu/cluster/exemple",
            "org_type": "cluster_organisation", "consortium_partner": True,
        },
    ),
    "trainings": (
        {
            "training_id": "001", "title": "=Data, e dati", "objective": "both",
            "audience": ("business_owners", "other", "sme_workers"), "topic": "2.1",
            "topic_flags": ("digital_skills", "talent"), "format": "hybrid",
            "start_date": date(2024, 3, 4), "end_date": date(2024, 4, 5),
            "planned_hours": Decimal("7.25"), "lead_partner": "p1", "co_partners": ("p2", "p3"),
            "status": "delivered", "service_id": "S-1", "action_code": "4a.A2",
            "cascade_of": "T-0", "country": "GR", "evidence_ref": "folder 12",
        },
        {
            "training_id": "T-2", "title": "Planning", "objective": "4a",
            "audience": ("trainers",), "start_date": date(2024, 5, 6),
            "end_date": date(2024, 5, 6), "lead_partner": "p2", "status": "planned",
        },
    ),
    "attendance": (
        {
            "record_id": "0001", "training_id": "001", "session_date": date(2024, 3, 4),
            "person_name": "Testa Przykładna", "email": "testa.przykladna@alfa.example",
            "employer_name": "Alfa Sp. z o.o.", "employer_id": f"vat:{POLISH_VAT}",
            "employer_country": "PL", "person_category": "worker", "role": "observer",
            "attended": "partial", "hours": Decimal("6.5"), "completed": True,
            "certificate_no": "0042", "gender": "x", "headcount": 1, "evidence_ref": "list 3",
        },
        {
            "record_id": "0002", "training_id": "001", "session_date": date(2024, 3, 5),
            "employer_name": "Beta AE", "employer_country": "GR",
            "person_category": "job_seeker", "role": "participant", "attended": "yes",
            "headcount": 12,
        },
        {
            "record_id": "0003", "training_id": "001", "first_name": "Zyta",
            "surname": "Zmyślona", "employer_name": "Gamma", "employer_country": "IE",
            "person_category": "other", "role": "trainer", "attended": "no", "headcount": 1,
        },
    ),
    "training_plans": (
        {
            "plan_id": "P01", "title": "Plan", "version": "1.0",
            "beneficiary_orgs": ("Klaster Alfa", "Klaster Beta"), "supporting_partner": "p3",
            "support_type": "funding", "status": "adopted", "adoption_date": date(2024, 2, 29),
            "staff_covered": 14, "evidence_ref": "page 3",
        },
        {
            "plan_id": "P02", "title": "Plan", "beneficiary_orgs": ("Klaster Alfa",),
            "supporting_partner": "p1", "support_type": "template", "status": "draft",
        },
    ),
    "label_applications": (
        {
            "application_id": "A1", "cluster_org": "Klaster Alfa", "cluster_org_country": "PL",
            "cluster_org_id": f"vat:{POLISH_VAT}", "scheme": "ECEI", "level": "gold",
            "application_type": "upgrade", "previous_level": "bronze",
            "application_date": date(2023, 10, 11), "status": "awarded",
            "decision_date": date(2024, 1, 12), "valid_from": date(2024, 1, 12),
            "valid_until": date(2026, 1, 11), "supporting_partner": "p1", "evidence_ref": "n",
        },
        {
            "application_id": "A2", "cluster_org": "Klaster Beta", "scheme": "national",
            "level": "other", "application_type": "first",
            "status": "withdrawn_before_submission",
        },
    ),
    "exchanges": (
        {
            "exchange_id": "0815", "vo_name": "Alfa", "vo_country": "PL",
            "vo_id": f"vat:{POLISH_VAT}", "vo_type": "sme", "vo_is_sme": "yes",
            "ho_name": "Beta", "ho_country": "DE", "ho_id": f"vat:{GERMAN_VAT}",
            "ho_type": "large_company", "ho_is_sme": "unknown", "vo_partnership": "test",
            "mode": "hybrid", "start_date": date(2024, 3, 4), "end_date": date(2024, 3, 6),
            "working_days": 3, "visitors": 2, "status": "completed",
            "commitment_date": date(2024, 2, 1), "closing_report_date": date(2024, 4, 1),
            "validated_date": date(2024, 5, 2), "lump_sum_eur": Decimal("1400.5"),
            "evidence_ref": "report",
        },
        {
            "exchange_id": "0816", "vo_name": "Alfa", "vo_country": "IE", "vo_type": "other",
            "ho_name": "Gamma", "ho_country": "MT", "ho_type": "cluster",
            "vo_partnership": "another one", "mode": "virtual", "start_date": date(2024, 6, 3),
            "end_date": date(2024, 6, 4), "status": "planned",
        },
    ),
    "services": (
        {
            "service_id": "S-1", "title": "Mentoring", "category": "train_the_trainer",
            "objective": "4b", "providers": ("p1", "p3"), "target_group": "cluster_members",
            "status": "retired", "approved_date": date(2023, 1, 9),
            "first_offered_date": date(2023, 2, 1), "retired_date": date(2024, 2, 1),
            "languages": ("pl", "fr"), "countries": ("PL", "FR"), "action_code": "4b.A5",
            "version": "2.0", "evidence_ref": "catalogue",
        },
        {
            "service_id": "S-2", "title": "Other", "category": "other", "objective": "4a",
            "providers": ("p2",), "target_group": "smes", "status": "in_design",
        },
    ),
    "service_deliveries": (
        {
            "delivery_id": "01", "service_id": "S-1", "recipient": "Alfa",
            "recipient_country": "DE", "recipient_id": f"vat:{GERMAN_VAT}", "partner": "p2",
            "delivered_on": date(2024, 3, 4), "status": "delivered", "directness": "indirect",
            "hours": Decimal("1.75"), "value_eur": Decimal("300"), "evidence_ref": "mail",
        },
        {
            "delivery_id": "02", "service_id": "S-1", "recipient": "Beta", "partner": "p1",
            "delivered_on": date(2024, 3, 5), "status": "cancelled", "directness": "direct",
        },
    ),
    "sme_investments": (
        {
            "investment_id": "01", "sme": "Alfa", "sme_country": "PL",
            "sme_id": f"vat:{POLISH_VAT}", "investment_date": date(2024, 3, 4),
            "kind": "own_training_budget", "amount": Decimal("12500.75"), "currency": "PLN",
            "staff_hours": Decimal("40"), "employees_concerned": 8, "project_link": "001",
            "grant_received_eur": Decimal("0"), "evidence_ref": "invoice",
        },
        {
            "investment_id": "02", "sme": "Beta", "investment_date": date(2024, 3, 5),
            "kind": "in_kind", "currency": "EUR", "project_link": "none",
        },
    ),
    "pacts": (
        {
            "pact_id": "K1", "title": "Pact", "pact_type": "charter_membership",
            "url": "https://pact.example/k1", "ecosystem": "mobility_transport_automotive",
            "region": "Małopolska", "country": "PL", "signature_date": date(2024, 1, 8),
            "status": "published", "cluster_reference": True, "cluster_role": "Training",
            "role_clause": "page 4", "reference_date": date(2024, 1, 9), "involvement": "none",
            "reporting_partner": "p1", "evidence_ref": "copy",
        },
        {
            "pact_id": "K2", "title": "Pact", "pact_type": "lsp", "status": "in_preparation",
            "cluster_reference": False, "reporting_partner": "p3",
        },
    ),
    "cooperations": (
        {
            "cooperation_id": "01", "partner": "p1", "institution": "Uczelnia Przykładowa",
            "institution_country": "PL", "institution_id": f"vat:{POLISH_VAT}",
            "institution_type": "lifelong_learning", "nuts": "PL213", "kind": "joint_programme",
            "status": "signed", "signed_date": date(2024, 3, 4), "evidence_ref": "contract",
        },
        {
            "cooperation_id": "02", "partner": "p2", "institution": "Université Exemple",
            "institution_type": "university", "kind": "mou", "status": "in_talks",
        },
    ),
    "activities": (
        {
            "activity_id": "01", "action_code": "4a.A1", "title": "Workshop",
            "partners": ("p1", "p2", "p3"), "start_date": date(2024, 3, 4),
            "end_date": date(2024, 3, 5), "status": "ongoing", "output_type": "pact_action",
            "quantity": 3, "evidence_ref": "photo",
        },
        {
            "activity_id": "02", "action_code": "4b.A3", "title": "Study", "partners": ("p2",),
            "start_date": date(2024, 3, 6), "status": "done", "quantity": 1,
        },
    ),
}  # fmt: skip
"""A full row of each register, and such with little in them."""
