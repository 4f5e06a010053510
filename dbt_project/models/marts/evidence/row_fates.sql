{{ config(materialized='view') }}
-- One fate per row and KPI under the headline policy (G9); rows of registers that a KPI does
-- not read are not_applicable, so that fates sum to the rows read, for every KPI.
with

headline as (

    select kpi_rows.*
    from {{ ref('int_kpi_rows') }} as kpi_rows
    cross join {{ ref('stg_project') }} as project
    where coalesce(kpi_rows.policy, project.sme_policy) = project.sme_policy

),

read_by_kpis as (

    select distinct
        kpi,
        register
    from headline

),

registers as (

    select distinct register
    from {{ ref('int_register_rows') }}

),

not_read as (

    select
        kpis.kpi,
        registers.register
    from {{ ref('kpis') }} as kpis
    cross join registers
    anti join read_by_kpis
        on kpis.kpi = read_by_kpis.kpi and registers.register = read_by_kpis.register
    where kpis.parent is null

),

fates as (

    select
        kpi,
        register,
        row_id,
        unit,
        counting_date,
        fate,
        duplicate_of
    from headline
    union all
    select
        not_read.kpi,
        register_rows.register,
        register_rows.row_id,
        null as unit,
        null as counting_date,
        'not_applicable' as fate,
        null as duplicate_of
    from {{ ref('int_register_rows') }} as register_rows
    inner join not_read on register_rows.register = not_read.register

)

select
    fates.kpi,
    fates.register,
    fates.row_id,
    register_rows.reported_by,
    register_rows.record_key,
    fates.unit,
    fates.counting_date,
    fates.fate,
    fates.duplicate_of,
    register_rows.delivery_id,
    register_rows.file_sha256,
    register_rows.file_name,
    register_rows.sheet,
    register_rows.row_number,
    register_rows.cell_range
from fates
inner join {{ ref('int_register_rows') }} as register_rows
    on fates.row_id = register_rows.row_id and fates.register = register_rows.register
