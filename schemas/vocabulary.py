"""Canonical codes of every closed word list of the registers (spec: registers.md §2.2).

Belongs here: codes, as they stand in the store, the warehouse and the exports.
Does not belong here: what partners write instead (eurocluster/conforming/lexicon/words.csv).
"""

from typing import Final

VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "org_type": (
        "cluster_organisation", "business", "business_network", "scaling_up_support",
        "training_provider", "higher_education", "vet_provider", "research",
        "public_authority", "other",
    ),
    "ecosystem": (
        "aerospace_defence", "agri_food", "construction", "cultural_creative", "digital",
        "electronics", "energy_intensive", "energy_renewables", "health",
        "mobility_transport_automotive", "proximity_social_economy", "retail", "textile",
        "tourism", "open",
    ),
    "autonomy": ("autonomous", "partner", "linked", "unknown"),
    "sme_declared": ("sme", "not_sme", "unknown"),
    "sme_evidence": (
        "self_declaration", "accounts", "sme_wizard", "public_register", "agency_validation",
        "none",
    ),
    "objective": ("4a", "4b", "both"),
    "service_objective": ("4a", "4b"),
    "audience": (
        "cluster_managers", "cluster_staff", "sme_workers", "business_owners", "trainers",
        "job_seekers", "other",
    ),
    "topic_flags": (
        "contingency_planning", "network_analysis", "digitalisation", "digital_skills",
        "technology_uptake", "sustainable_business", "talent", "other",
    ),
    "format": ("in_person", "online", "hybrid", "e_learning", "other"),
    "training_status": ("planned", "delivered", "cancelled"),
    "person_category": (
        "cluster_manager", "cluster_staff", "worker", "self_employed", "business_owner",
        "job_seeker", "student", "other",
    ),
    "role": ("participant", "trainer", "organiser", "observer"),
    "attended": ("yes", "no", "partial"),
    "gender": ("f", "m", "x", "undisclosed"),
    "support_type": ("drafting", "coaching", "assessment", "funding", "template"),
    "plan_status": ("draft", "adopted", "implemented", "abandoned"),
    "scheme": ("ECEI", "national"),
    "level": ("bronze", "silver", "gold", "other"),
    "application_type": ("first", "upgrade", "renewal"),
    "application_status": (
        "planned", "submitted", "under_assessment", "awarded", "rejected",
        "withdrawn_before_submission", "withdrawn_after_submission",
    ),
    "vo_type": ("cluster", "scaling_up", "sme", "other"),
    "ho_type": (
        "cluster", "scaling_up", "sme", "training_provider", "large_company",
        "public_authority", "research", "higher_education", "vet_provider", "other",
    ),
    "yes_no_unknown": ("yes", "no", "unknown"),
    "mode": ("physical", "virtual", "hybrid"),
    "exchange_status": (
        "planned", "matched", "committed", "ongoing", "completed", "interrupted", "cancelled",
    ),
    "service_category": (
        "training", "course", "recruitment", "job_facilitation", "talent_matching",
        "skills_assessment", "mentoring", "train_the_trainer", "information", "other",
    ),
    "target_group": ("smes", "cluster_members", "clusters"),
    "service_status": ("in_design", "approved", "offered", "retired"),
    "delivery_status": ("planned", "delivered", "cancelled"),
    "directness": ("direct", "indirect"),
    "investment_kind": (
        "cash_cofinancing", "own_training_budget", "staff_time", "in_kind", "agreement",
    ),
    "pact_type": ("lsp", "rsp", "national", "charter_membership", "commitment"),
    "pact_status": ("in_preparation", "signed", "published", "withdrawn"),
    "involvement": ("lead", "co_drafter", "member", "none"),
    "institution_type": ("university", "vet", "lifelong_learning", "research"),
    "cooperation_kind": ("strategy", "mou", "joint_programme", "placement_scheme"),
    "cooperation_status": ("in_talks", "signed", "ended"),
    "activity_status": ("planned", "ongoing", "done", "cancelled"),
    "output_type": ("strategy", "event", "tool", "pact_action", "talent_match", "other"),
    "action_code": (
        "4a.A1", "4a.A2", "4a.A3", "4a.A4", "4a.A5",
        "4b.A1", "4b.A2", "4b.A3", "4b.A4", "4b.A5",
    ),
}
"""Vocabulary name → its codes, in the order of the specification."""
