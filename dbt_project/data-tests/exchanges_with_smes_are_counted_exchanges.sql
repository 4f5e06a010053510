-- I6: every exchange counted in 4a.O4 is counted in 4a.O3.
select
    with_smes.policy,
    with_smes.unit
from {{ ref('int_kpi_rows') }} as with_smes
anti join {{ ref('int_kpi_rows') }} as exchanges
    on
        with_smes.unit = exchanges.unit
        and exchanges.kpi = '4a.O3'
        and exchanges.qualifies
where with_smes.kpi = '4a.O4' and with_smes.qualifies
