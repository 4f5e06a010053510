select
    code,
    due_month,
    due_day,
    state
from {{ source('declared', 'deliverables') }}
