-- One row per reference to an organisation, an identifier or a weak key, with the organisation that
-- it means today; is_best marks the one by which a decision names the organisation.
with

every_reference as (

    select
        identifier as reference,
        org_key
    from {{ ref('int_organisation_identifiers') }}
    where identifier not like 'name:%'
    union
    select
        'name:' || weak_key as reference,
        org_key
    from {{ ref('int_organisation_members') }}
    where not is_strong

)

select
    reference,
    org_key,
    row_number() over (
        partition by org_key
        order by
            list_position(
                ['euid', 'vat', 'reg', 'pic', 'eccp', 'name'], split_part(reference, ':', 1)
            ),
            reference
    ) = 1 as is_best
from every_reference
