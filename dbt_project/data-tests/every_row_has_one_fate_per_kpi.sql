-- G9: fates sum to the rows read, for every KPI.
with

rows_read as (

    select count(*) as row_count
    from {{ ref('int_register_rows') }}

),

fates as (

    select
        kpis.kpi,
        count(row_fates.row_id) as fate_count
    from {{ ref('kpis') }} as kpis
    left join {{ ref('row_fates') }} as row_fates on kpis.kpi = row_fates.kpi
    where kpis.parent is null
    group by kpis.kpi

)

select
    fates.kpi,
    fates.fate_count,
    rows_read.row_count
from fates
cross join rows_read
where fates.fate_count <> rows_read.row_count
