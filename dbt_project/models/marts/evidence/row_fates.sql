-- One fate per row and KPI under the headline policy (G9); rows of registers that a KPI does
-- not read are not_applicable, so that fates sum to the rows read, for every KPI.
with

project as (

    select * from {{ ref('stg_project') }}

),

headline as (

    select kpi_rows.*
    from {{ ref('int_kpi_rows') }} as kpi_rows
    cross join project
    where coalesce(kpi_rows.policy, project.sme_policy) = project.sme_policy

),

kpis as (

    select kpi
    from {{ ref('kpis') }}
    where parent is null

)

select
    kpis.kpi,
    register_rows.register,
    register_rows.row_id,
    register_rows.reported_by,
    register_rows.record_key,
    headline.unit,
    headline.counting_date,
    coalesce(headline.fate, 'not_applicable') as fate,
    headline.duplicate_of,
    register_rows.delivery_id,
    register_rows.file_sha256,
    register_rows.file_name,
    register_rows.sheet,
    register_rows.row_number,
    register_rows.cell_range
from {{ ref('int_register_rows') }} as register_rows
cross join kpis
left join headline
    on
        kpis.kpi = headline.kpi
        and register_rows.row_id = headline.row_id
        and register_rows.register = headline.register
