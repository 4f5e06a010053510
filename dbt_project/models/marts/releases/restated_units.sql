-- Units that counted for a closed period and do not any more, or count for it only now, with the
-- row and the delivery that caused it, in a sentence (G8).
with

releases as (

    select
        release,
        closed_period,
        closed_until,
        released_at
    from {{ source('release', 'releases') }}

),

frozen as (

    select
        units.* replace (
            coalesce(rotated_units.current_unit, units.unit) as unit,
            coalesce(rotated_rows.current_record_key, units.record_key) as record_key
        ),
        releases.closed_period,
        releases.closed_until,
        releases.released_at
    from {{ source('release', 'units') }} as units
    inner join releases on units.release = releases.release
    left join {{ source('rotated', 'units_now') }} as rotated_units
        on units.unit = rotated_units.unit
    left join {{ source('rotated', 'rows_now') }} as rotated_rows
        on
            units.register = rotated_rows.register
            and units.reported_by = rotated_rows.reported_by
            and units.record_key = rotated_rows.record_key
    where units.counted_on <= releases.closed_until

),

current_units as (

    select
        releases.release,
        releases.closed_period,
        releases.released_at,
        units.kpi,
        units.policy,
        units.unit,
        units.register,
        units.row_id
    from {{ ref('int_counted_units') }} as units
    inner join releases on units.counted_on <= releases.closed_until

),

lost_units as (

    select frozen.*
    from frozen
    anti join current_units
        on
            frozen.release = current_units.release
            and frozen.kpi = current_units.kpi
            and frozen.policy is not distinct from current_units.policy
            and frozen.unit = current_units.unit

),

gained_units as (

    select current_units.*
    from current_units
    anti join frozen
        on
            current_units.release = frozen.release
            and current_units.kpi = frozen.kpi
            and current_units.policy is not distinct from frozen.policy
            and current_units.unit = frozen.unit

),

-- What has become of the very rows that were counted; a row that is told of twice is told by the
-- fate that is nearest to counting.
fates as (

    select
        fates.kpi,
        fates.register,
        fates.reported_by,
        fates.record_key,
        min_by(fates.fate, fates.fate <> 'counted') as fate
    from {{ ref('int_kpi_rows') }} as fates
    semi join lost_units
        on
            fates.kpi = lost_units.kpi
            and fates.register = lost_units.register
            and fates.reported_by = lost_units.reported_by
            and fates.record_key = lost_units.record_key
    cross join {{ ref('stg_project') }} as project
    where coalesce(fates.policy, project.sme_policy) = project.sme_policy
    group by fates.kpi, fates.register, fates.reported_by, fates.record_key

),

in_force as (

    select
        reported_by,
        register,
        received_at,
        array_to_string(file_names, ', ') as file_names
    from {{ ref('stg_deliveries') }}
    where is_in_force

),

lost as (

    select
        lost_units.release,
        lost_units.closed_period,
        lost_units.kpi,
        lost_units.policy,
        lost_units.unit,
        'lost' as change,
        lost_units.register,
        lost_units.reported_by,
        lost_units.record_key,
        lost_units.file_sha256,
        lost_units.file_name,
        lost_units.sheet,
        lost_units.row_number,
        lost_units.cell_range,
        coalesce(fates.fate, 'excluded:WITHDRAWN') as fate,
        in_force.received_at as caused_at,
        in_force.file_names as caused_by,
        coalesce(in_force.received_at > lost_units.released_at, true) as is_by_delivery
    from lost_units
    left join fates
        on
            lost_units.kpi = fates.kpi
            and lost_units.register = fates.register
            and lost_units.reported_by = fates.reported_by
            and lost_units.record_key = fates.record_key
    left join in_force
        on
            lost_units.reported_by = in_force.reported_by
            and lost_units.register = in_force.register

),

gained as (

    select
        gained_units.release,
        gained_units.closed_period,
        gained_units.kpi,
        gained_units.policy,
        gained_units.unit,
        'gained' as change,
        gained_units.register,
        register_rows.reported_by,
        register_rows.record_key,
        register_rows.file_sha256,
        register_rows.file_name,
        register_rows.sheet,
        register_rows.row_number,
        register_rows.cell_range,
        'counted' as fate,
        deliveries.received_at as caused_at,
        register_rows.file_name as caused_by,
        deliveries.received_at > gained_units.released_at as is_by_delivery
    from gained_units
    inner join {{ ref('int_register_rows') }} as register_rows
        on
            gained_units.row_id = register_rows.row_id
            and gained_units.register = register_rows.register
    inner join {{ ref('stg_deliveries') }} as deliveries
        on register_rows.delivery_id = deliveries.delivery_id

),

changes as (

    select * from lost
    union all
    select * from gained

)

-- What nothing that came since can have caused, a decision has, or another register.
select
    * exclude (is_by_delivery),
    case
        when change = 'gained' and not is_by_delivery
            then
                concat_ws(' ', reported_by || ':', file_name, nullif(sheet, ''), cell_range)
                || ' counts for ' || closed_period
                || ' by a decision or another register; the row had been known before.'
        when change = 'gained'
            then
                concat_ws(' ', reported_by || ':', file_name, nullif(sheet, ''), cell_range)
                || ' counts for ' || closed_period || ' since the delivery of '
                || strftime(caused_at, '%Y-%m-%d') || '.'
        else
            concat_ws(' ', reported_by || ':', file_name, nullif(sheet, ''), cell_range)
            || ' counted when ' || closed_period || ' was closed; since '
            || case
                when fate = 'excluded:MANUAL' or not is_by_delivery
                    then 'then, by a decision or another register,'
                else
                    'the delivery of ' || coalesce(strftime(caused_at, '%Y-%m-%d'), 'today')
                    || coalesce(' (' || caused_by || ')', '')
            end
            || case
                when fate = 'excluded:MANUAL' then ' it is left out by hand.'
                when fate = 'excluded:WITHDRAWN' then ' the row is gone.'
                when fate = 'counted' then ' it counts for a later period, or for another unit.'
                when fate = 'duplicate_of' then ' another row of the same unit counts.'
                else ' it does not count any more (' || fate || ').'
            end
    end as sentence
from changes
