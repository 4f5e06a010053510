-- One row per partner of the consortium.
select
    partner,
    name,
    country,
    language
from {{ ref('stg_partners') }}
