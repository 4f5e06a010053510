select
    code,
    name,
    first_day,
    last_day,
    months,
    runs_clusterxchange,
    joint_min_partners,
    sme_policy,
    reporting_date,
    months_elapsed
from {{ source('declared', 'project') }}
