-- Alias table: identifier to organisation (G4).
select
    identifier,
    org_key
from {{ ref('int_organisation_identifiers') }}
