-- The call has nine KPIs; none may drop out of the scoreboard.
select count(*) as kpi_count
from {{ ref('kpi_scoreboard') }}
having count(*) <> 9
