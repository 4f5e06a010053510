-- One row per organisation after identity resolution (G4).
select
    organisations.org_key,
    organisations.name,
    organisations.country,
    organisations.org_type,
    organisations.is_self_employed,
    organisations.is_consortium_partner,
    organisations.partner,
    organisations.is_registered,
    organisations.has_identifier,
    organisations.identifiers,
    len(organisations.name_keys) as name_count
from {{ ref('int_organisations') }} as organisations
