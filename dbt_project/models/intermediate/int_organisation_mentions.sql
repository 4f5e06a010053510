-- Every place where a row names an organisation, with what the row says of its identity.
with

own_records as (

    select
        'organisations' as register,
        row_id,
        'self' as role,
        reported_by,
        legal_name as name,
        nullif(legal_name_key, '') as name_key,
        country,
        list_filter(
            [
                'euid:' || euid,
                'vat:' || vat_no,
                'reg:' || country || ':' || upper(reg_scheme) || ':' || reg_no,
                'pic:' || pic,
                -- Members write their cluster's profile here; it identifies clusters only.
                case when org_type = 'cluster_organisation' then 'eccp:' || eccp_url end
            ],
            lambda identifier: identifier is not null
        ) as identifiers,
        record_id as reference
    from {{ ref('stg_organisations') }}
    where not is_withdrawn

),

declared_partners as (

    select
        'partners' as register,
        partner as row_id,
        'self' as role,
        partner as reported_by,
        name,
        name_key,
        country,
        identifiers,
        partner as reference
    from {{ ref('stg_partners') }}

),

{% set references = [
    ('exchanges', 'vo', 'vo_name', 'vo_name_key', 'vo_country', 'vo_id'),
    ('exchanges', 'ho', 'ho_name', 'ho_name_key', 'ho_country', 'ho_id'),
    ('label_applications', 'cluster_org', 'cluster_org', 'cluster_org_key', 'cluster_org_country', 'cluster_org_id'),
    ('service_deliveries', 'recipient', 'recipient', 'recipient_key', 'recipient_country', 'recipient_id'),
    ('sme_investments', 'sme', 'sme', 'sme_key', 'sme_country', 'sme_id'),
    ('cooperations', 'institution', 'institution', 'institution_key', 'institution_country', 'institution_id'),
] %}

named_in_events as (

    {% for register, role, name, name_key, country, identifier in references -%}
        select
            '{{ register }}' as register,
            row_id,
            '{{ role }}' as role,
            reported_by,
            {{ name }} as name,
            nullif({{ name_key }}, '') as name_key,
            {{ country }} as country,
            list_filter([{{ identifier }}], lambda identifier: identifier is not null)
                as identifiers,
            {{ name }} as reference
        from {{ ref('stg_' ~ register) }}
        where not is_withdrawn
        {{ "union all" if not loop.last }}
    {% endfor %}

),

beneficiaries as (

    select
        'training_plans' as register,
        row_id,
        'beneficiary:' || position as role,
        reported_by,
        beneficiary_orgs[position] as name,
        nullif(beneficiary_orgs_key[position], '') as name_key,
        null as country,
        [] as identifiers,
        beneficiary_orgs[position] as reference
    from (
        select
            *,
            unnest(range(1, len(beneficiary_orgs) + 1)) as position
        from {{ ref('stg_training_plans') }}
        where not is_withdrawn
    )

),

-- Employers of attendance rows are known by how they are mentioned, not by row.
employers as (

    select distinct
        'attendance' as register,
        cast(employer_mention as varchar) as row_id,
        'employer' as role,
        reported_by,
        employer_name as name,
        nullif(employer_name_key, '') as name_key,
        employer_country as country,
        list_filter([employer_id], lambda identifier: identifier is not null) as identifiers,
        employer_name as reference
    from {{ ref('int_attendance_employers') }}

),

named as (

    select * from named_in_events
    union all
    select * from employers
    union all
    select * from beneficiaries

),

-- A record id that stands on several rows (E08) means the same one of them every night.
record_ids as (

    select *
    from own_records
    where reference is not null
    qualify
        row_number() over (
            partition by reported_by, reference
            order by name_key, country, identifiers, row_id
        ) = 1

),

-- A reference may be a record id of the partner's own list, a partner's code, or an identifier.
resolved as (

    select
        named.register,
        named.row_id,
        named.role,
        named.reported_by,
        coalesce(record_ids.name, declared_partners.name, named.name) as name,
        coalesce(record_ids.name_key, declared_partners.name_key, named.name_key) as name_key,
        coalesce(record_ids.country, declared_partners.country, named.country) as country,
        case
            when len(named.identifiers) > 0 then named.identifiers
            when record_ids.row_id is not null then record_ids.identifiers
            when declared_partners.row_id is not null then declared_partners.identifiers
            when regexp_matches(named.reference, '^(euid|vat|reg|pic|eccp):')
                then [named.reference]
            else []
        end as identifiers
    from named
    left join record_ids
        on
            named.reported_by = record_ids.reported_by
            and named.reference = record_ids.reference
    left join declared_partners
        on lower(named.reference) = lower(declared_partners.reference)

),

every_mention as (

    select * from resolved
    union all
    select * exclude (reference) from own_records
    union all
    select * exclude (reference) from declared_partners

),

keyed as (

    select
        *,
        case
            when name_key is not null then coalesce(country, '??') || '|' || name_key
        end as weak_key
    from every_mention

),

-- Identifiers that are decided to be another organisation's than the one of this name.
denied as (

    select
        substr(one, 6) as weak_key,
        list(distinct other) as identifiers
    from {{ ref('int_decided_organisations') }}
    where answer = 'different' and one like 'name:%'
    group by one

),

keyed_and_denied as (

    select
        keyed.*,
        denied.identifiers as denied_identifiers
    from keyed
    left join denied on keyed.weak_key = denied.weak_key

)

select
    register,
    row_id,
    role,
    reported_by,
    name,
    name_key,
    country,
    case
        when denied_identifiers is null then identifiers
        else
            list_filter(
                identifiers,
                lambda identifier: not list_contains(denied_identifiers, identifier)
            )
    end as identifiers,
    weak_key
from keyed_and_denied
