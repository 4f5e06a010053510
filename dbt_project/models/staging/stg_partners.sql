select
    code as partner,
    name,
    name_key,
    country,
    language,
    identifiers
from {{ source('declared', 'partners') }}
