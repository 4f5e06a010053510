-- One row per strong identifier and the organisation that it names, the alias table (G4).
select
    identifier,
    org_key
from {{ ref('int_organisation_identifiers') }}
