-- Every KPI's row fates in one relation: one row per KPI, policy and row of its registers, with
-- what a steward has decided of its unit (G14). decision_id: a decision has changed the fate.
{% set kpis = [
    'kpi_4a_m1_employees_trained', 'kpi_4a_o1_training_plans', 'kpi_4a_o2_label_applicants',
    'kpi_4a_o3_exchanges', 'kpi_4a_o4_exchanges_with_smes', 'kpi_4b_m1_smes_investing',
    'kpi_4b_o1_pacts_with_cluster_role', 'kpi_4b_o2_businesses_benefitting',
    'kpi_4b_o3_workers_trained',
] %}
{% set told = [
    'kpi', 'policy', 'register', 'row_id', 'reported_by', 'unit', 'counting_date', 'fate',
    'duplicate_of', 'qualifies',
] %}
with

-- Rows that decisions name, as they stand; what is decided of 4a.O3 holds in 4a.O4 as well, but an
-- exchange that is included still has to involve an SME. 4a.O4 alone includes nothing: it counts
-- exchanges of 4a.O3.
named_rows as (

    select
        unnest(
            case when decided.kpi = '4a.O3' then ['4a.O3', '4a.O4'] else [decided.kpi] end
        ) as kpi,
        decided.kpi as decided_kpi,
        decided.decision_id,
        decided.answer,
        register_rows.register,
        register_rows.row_id
    from {{ ref('int_decided_rows') }} as decided
    inner join {{ ref('int_register_rows') }} as register_rows
        on
            decided.register = register_rows.register
            and decided.reported_by = register_rows.reported_by
            and decided.record_key = register_rows.record_key
    where
        decided.kind = 'kpi'
        and not register_rows.is_withdrawn
        and not (decided.kpi = '4a.O4' and decided.answer = 'include')

),

named as (

    {% for kpi in kpis -%}
        select
            ruled.kpi,
            ruled.policy,
            ruled.unit,
            ruled.register,
            ruled.row_id,
            ruled.counting_date,
            named_rows.decided_kpi,
            named_rows.decision_id,
            named_rows.answer
        from {{ ref(kpi) }} as ruled
        inner join named_rows
            on
                ruled.kpi = named_rows.kpi
                and ruled.register = named_rows.register
                and ruled.row_id = named_rows.row_id
        where ruled.unit is not null
        {{ "union all" if not loop.last }}
    {% endfor %}

),

forced as (

    select
        named.kpi,
        named.policy,
        named.register,
        named.row_id
    from named
    cross join {{ ref('stg_project') }} as project
    left join {{ ref('int_exchanges') }} as exchanges on named.row_id = exchanges.row_id
    where
        named.answer = 'include'
        and named.counting_date between project.first_day and project.last_day
        and (
            named.kpi = named.decided_kpi
            or {{ counts_as_sme('exchanges.vo_sme_status', 'named.policy') }}
            or {{ counts_as_sme('exchanges.ho_sme_status', 'named.policy') }}
        )

),

decided as (

    select
        kpi,
        unit,
        answer,
        decision_id
    from {{ ref('int_decided_units') }}
    union
    select
        kpi,
        unit,
        answer,
        decision_id
    from named

),

decided_units as (

    select
        kpi,
        unit,
        max_by(answer, decision_id) as answer,
        max(decision_id) as decision_id
    from decided
    group by kpi, unit

),

touched as (

    {% for kpi in kpis -%}
        select
            {% for column in told -%}
                ruled.{{ column }},
            {% endfor -%}
            decided_units.answer,
            decided_units.decision_id,
            forced.row_id is not null as is_forced
        from {{ ref(kpi) }} as ruled
        inner join decided_units
            on ruled.kpi = decided_units.kpi and ruled.unit = decided_units.unit
        left join forced
            on
                ruled.kpi = forced.kpi
                and ruled.policy is not distinct from forced.policy
                and ruled.register = forced.register
                and ruled.row_id = forced.row_id
        {{ "union all" if not loop.last }}
    {% endfor %}

),

judged as (

    select
        *,
        answer = 'include' and (qualifies or is_forced) as qualifies_now,
        case
            when answer = 'exclude' then qualifies
            else is_forced and not qualifies
        end as is_changed,
        case when answer = 'exclude' and qualifies then 'MANUAL' end as manual_reason
    from touched

),

ranked as (

    select
        *,
        first_value(row_id) over by_unit as first_row_id
    from judged
    window
        by_unit as (
            partition by kpi, policy, unit, qualifies_now
            order by counting_date, coalesce(fate <> 'counted', true), reported_by, row_id
        )

)

select
    kpi,
    policy,
    register,
    row_id,
    reported_by,
    unit,
    counting_date,
    case
        when qualifies_now and row_id = first_row_id then 'counted'
        when qualifies_now then 'duplicate_of'
        else coalesce('excluded:' || manual_reason, fate)
    end as fate,
    case when qualifies_now and row_id <> first_row_id then first_row_id end as duplicate_of,
    qualifies_now as qualifies,
    case when is_changed then decision_id end as decision_id
from ranked
{% for kpi in kpis %}
    union all
    select
        {% for column in told -%}
            ruled.{{ column }},
        {% endfor -%}
        cast(null as bigint) as decision_id
    from {{ ref(kpi) }} as ruled
    anti join decided_units on ruled.kpi = decided_units.kpi and ruled.unit = decided_units.unit
{%- endfor %}
