-- I6: every exchange counted in 4a.O4 is counted in 4a.O3.
select
    with_smes.policy,
    with_smes.unit
from {{ ref('kpi_4a_o4_exchanges_with_smes') }} as with_smes
anti join {{ ref('kpi_4a_o3_exchanges') }} as exchanges
    on with_smes.unit = exchanges.unit and exchanges.qualifies
where with_smes.qualifies
