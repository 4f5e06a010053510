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
        units.reported_by,
        units.record_key,
        units.received_at,
        units.file_sha256,
        units.file_name,
        units.sheet,
        units.row_number,
        units.cell_range
    from {{ ref('counted_units') }} as units
    inner join releases on units.counted_on <= releases.closed_until
    where units.fate = 'counted'

),

-- What has become of the very rows that were counted; a row that is told of twice is told by the
-- fate that is nearest to counting.
fates as (

    select
        fates.kpi,
        fates.register,
        fates.reported_by,
        fates.record_key,
        min_by(fates.fate, fates.fate <> 'counted') as fate,
        min_by(fates.counting_date, fates.fate <> 'counted') as counting_date
    from {{ ref('row_fates') }} as fates
    where fates.fate <> 'not_applicable'
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
        frozen.release,
        frozen.closed_period,
        frozen.kpi,
        frozen.policy,
        frozen.unit,
        'lost' as change,
        frozen.register,
        frozen.reported_by,
        frozen.record_key,
        frozen.file_sha256,
        frozen.file_name,
        frozen.sheet,
        frozen.row_number,
        frozen.cell_range,
        coalesce(fates.fate, 'excluded:WITHDRAWN') as fate,
        in_force.received_at as caused_at,
        in_force.file_names as caused_by,
        coalesce(in_force.received_at > frozen.released_at, true) as is_by_delivery
    from frozen
    anti join current_units
        on
            frozen.release = current_units.release
            and frozen.kpi = current_units.kpi
            and frozen.policy is not distinct from current_units.policy
            and frozen.unit = current_units.unit
    left join fates
        on
            frozen.kpi = fates.kpi
            and frozen.register = fates.register
            and frozen.reported_by = fates.reported_by
            and frozen.record_key = fates.record_key
    left join in_force
        on frozen.reported_by = in_force.reported_by and frozen.register = in_force.register

),

gained as (

    select
        current_units.release,
        current_units.closed_period,
        current_units.kpi,
        current_units.policy,
        current_units.unit,
        'gained' as change,
        current_units.register,
        current_units.reported_by,
        current_units.record_key,
        current_units.file_sha256,
        current_units.file_name,
        current_units.sheet,
        current_units.row_number,
        current_units.cell_range,
        'counted' as fate,
        current_units.received_at as caused_at,
        current_units.file_name as caused_by,
        current_units.received_at > current_units.released_at as is_by_delivery
    from current_units
    anti join frozen
        on
            current_units.release = frozen.release
            and current_units.kpi = frozen.kpi
            and current_units.policy is not distinct from frozen.policy
            and current_units.unit = frozen.unit

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
