-- One row per finding: those of deliveries, and those that only show across registers.
with

of_deliveries as (

    select
        delivery_id,
        reported_by as partner,
        register,
        code,
        severity,
        column_name,
        file_sha256,
        sheet,
        row_number,
        cell,
        value,
        message
    from {{ ref('stg_findings') }}
    where is_in_force or is_newest

),

across_registers as (

    select
        register_rows.delivery_id,
        register_rows.reported_by as partner,
        register_rows.register,
        crossings.code,
        rules.severity,
        crossings.column_name,
        register_rows.file_sha256,
        register_rows.sheet,
        register_rows.row_number,
        cast(null as varchar) as cell,
        cast(null as varchar) as value,
        case
            when crossings.code = 'W05' and crossings.column_name = 'session_date'
                then 'This date lies outside the training.'
            else rules.sentence
        end as message
    from {{ ref('int_crossing_findings') }} as crossings
    inner join {{ ref('int_register_rows') }} as register_rows
        on
            crossings.row_id = register_rows.row_id
            and crossings.register = register_rows.register
    inner join {{ ref('rules') }} as rules on crossings.code = rules.code

)

select * from of_deliveries
union all
select * from across_registers
