-- Units of every figure beside the nine KPIs: side measures, deliverable D-4a, actions.
with

kpi_rows as (

    select * from {{ ref('int_kpi_rows') }}

),

kpi_units as (

    select * from {{ ref('int_kpi_units') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}

),

clusters_covered as (

    select
        '4a.O1.clusters_covered' as kpi,
        cast(null as varchar) as policy,
        members.org_key as unit,
        1.0 as weight,
        kpi_rows.counting_date as day
    from kpi_rows
    inner join {{ ref('int_organisation_members') }} as members
        on kpi_rows.row_id = members.row_id and members.register = 'training_plans'
    inner join {{ ref('int_organisations') }} as organisations
        on members.org_key = organisations.org_key
    where
        kpi_rows.kpi = '4a.O1'
        and kpi_rows.qualifies
        and coalesce(organisations.org_type, 'cluster_organisation') = 'cluster_organisation'

),

applications as (

    select
        '4a.O2.applications' as kpi,
        cast(null as varchar) as policy,
        concat_ws(
            '|', kpi_rows.unit, applications.level, applications.application_type,
            applications.application_date
        ) as unit,
        1.0 as weight,
        kpi_rows.counting_date as day
    from kpi_rows
    inner join {{ ref('stg_label_applications') }} as applications
        on kpi_rows.row_id = applications.row_id
    where kpi_rows.kpi = '4a.O2' and kpi_rows.qualifies

),

pending as (

    select
        '4a.O3.pending' as kpi,
        cast(null as varchar) as policy,
        unit,
        1.0 as weight,
        counting_date as day
    from kpi_rows
    where kpi = '4a.O3' and fate like 'pending:%'

),

-- The same group reported twice is one group: training, day, employer and size.
groups as (

    {% for kpi in ['4a.M1', '4b.O3'] -%}
        select
            '{{ kpi }}.unverified_aggregate' as kpi,
            cast(null as varchar) as policy,
            concat_ws('|', training_id, attended_on, employer_key, headcount) as unit,
            cast(headcount as double) as weight,
            attended_on as day
        from attendance
        where is_group and reason_{{ kpi | lower | replace('.', '_') }} = 'UNVERIFIED_AGGREGATE'
        {{ "union all" if not loop.last }}
    {% endfor %}

),

upper_bound as (

    select
        '4b.O3.upper_bound' as kpi,
        policy,
        unit,
        weight,
        day
    from groups
    where kpi = '4b.O3.unverified_aggregate'
    union all
    select
        '4b.O3.upper_bound' as kpi,
        cast(null as varchar) as policy,
        unit,
        1.0 as weight,
        first_day as day
    from kpi_units
    where kpi = '4b.O3'

),

investments as (

    select
        kpi_rows.policy,
        kpi_rows.counting_date as day,
        concat_ws('|', investments.investment_id, kpi_rows.unit, kpi_rows.counting_date) as unit,
        case when coalesce(investments.currency, 'EUR') = 'EUR' then investments.amount end
            as amount_eur,
        investments.staff_hours
    from kpi_rows
    inner join {{ ref('stg_sme_investments') }} as investments
        on kpi_rows.row_id = investments.row_id
    where kpi_rows.kpi = '4b.M1' and kpi_rows.qualifies

),

invested as (

    select
        '4b.M1.amount_eur' as kpi,
        policy,
        unit,
        cast(amount_eur as double) as weight,
        day
    from investments
    where amount_eur > 0
    union all
    select
        '4b.M1.staff_hours' as kpi,
        policy,
        unit,
        cast(staff_hours as double) as weight,
        day
    from investments
    where staff_hours > 0

),

headline_of_smes as (

    select '4b.O2' as kpi
    from {{ ref('stg_parameters') }}
    where o2_headline = 'smes'

),

-- Businesses that would count if they were SMEs are told apart like those that do.
businesses as (

    select
        unit,
        first_day as day
    from kpi_units
    where kpi = '4b.O2'
    union all
    select
        candidates.unit,
        candidates.counting_date as day
    from {{ ref('int_kpi_candidates') }} as candidates
    inner join headline_of_smes as headline on candidates.kpi = headline.kpi
    where candidates.kpi = '4b.O2' and candidates.reason = 'NOT_SME'

),

first_days_of_businesses as (

    select
        unit,
        min(day) as day
    from businesses
    group by unit

),

-- A business keeps the status of its first day, on every day on which it benefitted.
businesses_with_status as (

    select
        businesses.unit,
        businesses.day,
        coalesce(status.status, 'unknown') as status
    from businesses
    inner join first_days_of_businesses as first_days on businesses.unit = first_days.unit
    left join {{ ref('int_sme_status') }} as status
        on
            businesses.unit = status.org_key
            and first_days.day between status.first_day and status.last_day

),

split_of_businesses as (

    select
        '4b.O2.sme' as kpi,
        policies.policy,
        businesses.unit,
        1.0 as weight,
        businesses.day
    from businesses_with_status as businesses
    cross join {{ policies() }} as policies
    where {{ counts_as_sme('businesses.status', 'policies.policy') }}
    union all
    select
        case when status = 'no' then '4b.O2.not_sme' else '4b.O2.unknown' end as kpi,
        cast(null as varchar) as policy,
        unit,
        1.0 as weight,
        day
    from businesses_with_status
    where status in ('no', 'unknown')

),

managers_trained as (

    select *
    from attendance
    where
        not is_withdrawn
        and objective in ('4a', 'both')
        and training_status = 'delivered'
        and role = 'participant'
        and attended in ('yes', 'partial')
        and person_category = 'cluster_manager'
        and not has_only_zero_hours
        and not is_empty_session
        and end_date_error is null
        and {{ invalid('errors', [
            'record_id', 'training_id', 'session_date', 'person_name', 'employer_name',
            'person_category', 'role', 'attended',
        ]) }} is null
        and {{ invalid('training_errors', ['training_id', 'objective', 'status']) }} is null

),

-- The session rows decide, whoever reported them (reading 20); told twice is one day's hours.
courses_with_sessions as (

    select distinct
        person,
        training_id
    from managers_trained
    where session_date is not null

),

manager_hours as (

    select
        managers_trained.person,
        managers_trained.training_id,
        managers_trained.attended_on,
        max(managers_trained.hours) as hours
    from managers_trained
    left join courses_with_sessions
        on
            managers_trained.person = courses_with_sessions.person
            and managers_trained.training_id = courses_with_sessions.training_id
    where
        managers_trained.hours > 0
        and managers_trained.person is not null
        and (
            managers_trained.session_date is not null
            or courses_with_sessions.training_id is null
        )
    group by
        managers_trained.person, managers_trained.training_id, managers_trained.attended_on

),

deliverable_4a as (

    select
        'D-4a.trainings' as kpi,
        training_id as unit,
        1.0 as weight,
        attended_on as day
    from managers_trained
    union all
    select
        'D-4a.joint_trainings' as kpi,
        training_id as unit,
        1.0 as weight,
        attended_on as day
    from managers_trained
    where is_joint
    union all
    select
        'D-4a.sessions' as kpi,
        concat_ws('|', training_id, session_date) as unit,
        1.0 as weight,
        attended_on as day
    from managers_trained
    where session_date is not null
    union all
    select
        'D-4a.managers' as kpi,
        person as unit,
        1.0 as weight,
        attended_on as day
    from managers_trained
    where person is not null
    union all
    select
        'D-4a.clusters' as kpi,
        employer_key as unit,
        1.0 as weight,
        attended_on as day
    from managers_trained
    where employer_key is not null
    union all
    select
        'D-4a.person_hours' as kpi,
        concat_ws('|', person, training_id, attended_on) as unit,
        cast(hours as double) as weight,
        attended_on as day
    from manager_hours

),

actions as (

    select
        measure as kpi,
        unit,
        cast(weight as double) as weight,
        day
    from {{ ref('int_action_rows') }}
    where measure is not null and unit is not null

),

every_measure as (

    select * from clusters_covered
    union all
    select * from applications
    union all
    select * from pending
    union all
    select * from groups
    union all
    select * from upper_bound
    union all
    select * from invested
    union all
    select * from split_of_businesses
    union all
    select
        kpi,
        cast(null as varchar) as policy,
        unit,
        weight,
        day
    from deliverable_4a
    union all
    select
        kpi,
        cast(null as varchar) as policy,
        unit,
        weight,
        day
    from actions

)

select
    every_measure.kpi,
    every_measure.policy,
    every_measure.unit,
    every_measure.weight,
    every_measure.day
from every_measure
cross join {{ ref('stg_project') }} as project
where every_measure.day between project.first_day and project.last_day
