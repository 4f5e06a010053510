select
    partner,
    register,
    every,
    due_day
from {{ source('declared', 'expected_registers') }}
