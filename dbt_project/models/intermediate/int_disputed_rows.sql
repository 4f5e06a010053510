-- One row per row about which partners disagree (W21), with what it is about: an exchange, a
-- training, a version of a plan, a pact.
with

exchanges as (

    select
        'exchanges' as register,
        exchange as disputed,
        row_id,
        reported_by,
        record_key
    from {{ ref('int_exchanges') }}
    where is_disputed

),

trainings as (

    select
        'trainings' as register,
        rows_of_trainings.training_id as disputed,
        rows_of_trainings.row_id,
        rows_of_trainings.reported_by,
        rows_of_trainings.record_key
    from {{ ref('stg_trainings') }} as rows_of_trainings
    inner join {{ ref('int_trainings') }} as trainings
        on rows_of_trainings.training_id = trainings.training_id
    where trainings.is_disputed and not rows_of_trainings.is_withdrawn

),

plans as (

    select
        'training_plans' as register,
        concat_ws(' ', plan_id, version) as disputed,
        row_id,
        reported_by,
        record_key
    from {{ ref('stg_training_plans') }}
    where not is_withdrawn and plan_id is not null
    qualify
        count(distinct concat_ws('|', status, adoption_date)) over (
            partition by plan_id, version
        ) > 1

),

pacts as (

    select
        'pacts' as register,
        pact_id as disputed,
        row_id,
        reported_by,
        record_key
    from {{ ref('stg_pacts') }}
    where not is_withdrawn and pact_id is not null
    qualify
        count(distinct status) over (partition by pact_id) > 1
        or count(distinct reference_date) over (partition by pact_id) > 1

),

every_row as (

    select * from exchanges
    union all
    select * from trainings
    union all
    select * from plans
    union all
    select * from pacts

)

-- An exchange without a number is called by one of its rows: its own key changes with the keys of
-- its organisations.
select
    register,
    case
        when disputed like 'trip:%'
            then
                min({{ row_reference('reported_by', 'register', 'record_key') }}) over (
                    partition by register, disputed
                )
        else register || ' ' || disputed
    end as subject,
    row_id,
    reported_by,
    record_key
from every_row
qualify
    min(reported_by) over (partition by register, disputed)
    <> max(reported_by) over (partition by register, disputed)
