-- What each organisation row says of SME status, and from when to when (G6, readings 13-16).
with

-- A figure with an error is no figure; a row whose validity is in error proves nothing (G9).
records as (

    select
        members.org_key,
        organisations.row_id,
        organisations.reported_by,
        organisations.org_type,
        organisations.self_employed,
        organisations.sme_declared,
        organisations.sme_evidence,
        organisations.public_control_25,
        organisations.sme_valid_from,
        organisations.sme_valid_to,
        {{ invalid('organisations.errors', ['org_type', 'public_control_25']) }} is not null
            as is_in_doubt,
    {% for figure in ['headcount_awu', 'turnover_eur', 'balance_sheet_eur', 'fiscal_year'] -%}
        case
            when {{ invalid('organisations.errors', [figure]) }} is null
                then organisations.{{ figure }}
        end as {{ figure }}{{ "," if not loop.last }}
    {% endfor %}
    from {{ ref('stg_organisations') }} as organisations
    inner join {{ ref('int_organisation_members') }} as members
        on organisations.row_id = members.row_id and members.register = 'organisations'
    where {{ invalid('organisations.errors', ['sme_valid_from', 'sme_valid_to']) }} is null

),

organisations as (

    select
        *,
        {{ is_sme_by_figures('headcount_awu', 'turnover_eur', 'balance_sheet_eur') }} as says_sme
    from records

),

-- Two-year rule (Art. 4(2)): the status changes only when two consecutive years say so.
years as (

    select
        org_key,
        fiscal_year,
        case
            when bool_or(says_sme = false) then false
            when bool_or(says_sme) then true
        end as says_sme
    from organisations
    where fiscal_year is not null
    group by org_key, fiscal_year

),

confirmed_years as (

    select
        org_key,
        fiscal_year,
        says_sme,
        case
            when
                says_sme = lag(says_sme) over by_year
                and fiscal_year = lag(fiscal_year) over by_year + 1
                then says_sme
        end as confirmed,
        first_value(says_sme) over by_year as at_first
    from years
    where says_sme is not null
    window by_year as (partition by org_key order by fiscal_year)

),

effective_years as (

    select
        org_key,
        fiscal_year,
        coalesce(
            last_value(confirmed ignore nulls) over (
                partition by org_key
                order by fiscal_year
                rows between unbounded preceding and current row
            ),
            at_first
        ) as is_sme
    from confirmed_years

),

year_counts as (

    select
        org_key,
        count(distinct fiscal_year) as year_count,
        min(fiscal_year) as first_year
    from organisations
    where fiscal_year is not null and sme_valid_from is null and sme_valid_to is null
    group by org_key

)

select
    organisations.row_id,
    organisations.reported_by,
    organisations.org_key,
    coalesce(
        organisations.sme_valid_from,
        case
            when
                organisations.sme_valid_to is null
                and year_counts.year_count > 1
                and organisations.fiscal_year > year_counts.first_year
                then make_date(organisations.fiscal_year, 1, 1)
        end,
        date '0001-01-01'
    ) as valid_from,
    coalesce(
        organisations.sme_valid_to,
        case
            when organisations.sme_valid_from is null and year_counts.year_count > 1
                then make_date(organisations.fiscal_year, 12, 31)
        end,
        date '9999-12-31'
    ) as valid_to,
    coalesce(effective_years.is_sme, organisations.says_sme) as says_sme,
    {{ size_by_figures(
        'organisations.headcount_awu', 'organisations.turnover_eur', 'organisations.balance_sheet_eur'
    ) }} as size_class,
    case
        when
            organisations.org_type <> 'business'
            and not coalesce(organisations.self_employed, false)
            then 'no'
        when organisations.public_control_25 then 'no'
        when organisations.is_in_doubt then 'unknown'
        when coalesce(effective_years.is_sme, organisations.says_sme) = false then 'no'
        when
            coalesce(effective_years.is_sme, organisations.says_sme)
            or organisations.sme_declared = 'sme'
            then case
                when
                    organisations.sme_evidence
                    in ('accounts', 'public_register', 'sme_wizard', 'agency_validation')
                    then 'verified'
                else 'declared'
            end
        when organisations.sme_declared = 'not_sme' then 'no'
        else 'unknown'
    end as status
from organisations
left join effective_years
    on
        organisations.org_key = effective_years.org_key
        and organisations.fiscal_year = effective_years.fiscal_year
left join year_counts on organisations.org_key = year_counts.org_key
