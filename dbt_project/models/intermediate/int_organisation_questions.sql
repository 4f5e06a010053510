-- One row per question about organisations: two that look alike and are not joined (G4), one with
-- two identifiers of a kind, one identifier on clearly different names (W22).
with

organisations as (

    select
        organisations.org_key,
        organisations.name,
        organisations.country,
        organisations.has_identifier,
        organisations.identifiers,
        organisations.name_keys,
        best.reference
    from {{ ref('int_organisations') }} as organisations
    inner join {{ ref('int_organisation_references') }} as best
        on organisations.org_key = best.org_key and best.is_best

),

-- Decisions outlive the reference by which an organisation was known when it was asked about.
decided_apart as (

    select
        least(one.org_key, other.org_key) as one,
        greatest(one.org_key, other.org_key) as other
    from {{ ref('int_decided_organisations') }} as decided
    inner join {{ ref('int_organisation_references') }} as one on decided.one = one.reference
    inner join {{ ref('int_organisation_references') }} as other on decided.other = other.reference
    where decided.answer = 'different'

),

alike as (

    select
        'organisations' as kind,
        list_sort([one.reference, other.reference]) as parts,
        'Are ' || {{ organisation_words('one.name', 'one.country', 'one.reference') }} || ' and '
        || {{ organisation_words('other.name', 'other.country', 'other.reference') }}
        || ' one organisation? '
        || case
            when pairs.likeness = 100 and pairs.one_name = pairs.other_name
                then 'They have the same name.'
            else 'Their names are nearly the same.'
        end as sentence,
        'same: every KPI counts them once; different: they stay two.' as effect,
        pairs.one as one_org,
        pairs.other as other_org
    from {{ ref('int_similar_organisations') }} as pairs
    inner join organisations as one on pairs.one = one.org_key
    inner join organisations as other on pairs.other = other.org_key
    anti join decided_apart
        on pairs.one = decided_apart.one and pairs.other = decided_apart.other

),

of_one_kind as (

    select
        org_key,
        name,
        unnest([
            list_filter(identifiers, lambda identifier: identifier like 'euid:%'),
            list_filter(identifiers, lambda identifier: identifier like 'vat:%')
        ]) as identifiers
    from organisations

),

two_of_one_kind as (

    select
        org_key,
        name,
        identifiers[1] as one,
        unnest(identifiers[2:]) as other
    from of_one_kind
    where len(identifiers) > 1

),

contradicting as (

    select
        'identifiers' as kind,
        [one, other] as parts,
        {{ quoted('name') }} || ' has ' || one || ' and ' || other
        || ': one organisation or two?' as sentence,
        'same: nothing changes; different: two organisations, and what connects them goes with the'
        || ' nearer one.' as effect,
        org_key as one_org,
        org_key as other_org
    from two_of_one_kind

),

-- Only where names differ clearly are all mentions looked at, identifier by identifier.
differently_named as (

    select org_key
    from organisations
    where
        has_identifier
        and len(name_keys) > 1
        and list_min(
            list_transform(name_keys, lambda name: jaro_winkler_similarity(name, name_keys[1]))
        ) < 0.75

),

mentions as (

    select
        members.org_key,
        mentions.weak_key,
        mentions.name_key,
        mentions.name,
        unnest(mentions.identifiers) as identifier
    from {{ ref('int_organisation_members') }} as members
    inner join differently_named on members.org_key = differently_named.org_key
    inner join {{ ref('int_organisation_mentions') }} as mentions
        on
            members.register = mentions.register
            and members.row_id = mentions.row_id
            and members.role = mentions.role
    -- Whoever is named by an identifier has no other name.
    where
        mentions.name_key is not null
        and not regexp_matches(mentions.name, '^(euid|vat|reg|pic|eccp):')

),

names_of_identifiers as (

    select
        org_key,
        identifier,
        weak_key,
        name_key,
        min(name) as name,
        row_number() over (
            partition by identifier
            order by count(*) desc, weak_key
        ) as place
    from mentions
    group by org_key, identifier, weak_key, name_key

),

misnamed as (

    select
        other.org_key,
        other.weak_key,
        min(other.name) as name,
        min(usual.name) as usual_name,
        list_sort(list(distinct other.identifier)) as identifiers
    from names_of_identifiers as usual
    inner join names_of_identifiers as other on usual.identifier = other.identifier
    where
        usual.place = 1
        and other.place > 1
        and jaro_winkler_similarity(usual.name_key, other.name_key) < 0.75
        -- Names in two alphabets differ in every letter and may be the same all the same.
        and regexp_matches(usual.name_key, '[a-z]') = regexp_matches(other.name_key, '[a-z]')
    group by other.org_key, other.weak_key

),

contested_names as (

    select
        'identifiers' as kind,
        list_prepend('name:' || weak_key, identifiers) as parts,
        {{ quoted('name') }} || ' stands with ' || array_to_string(identifiers, ' and ')
        || ', which ' || {{ quoted('usual_name') }} || ' has elsewhere: one organisation?'
            as sentence,
        'same: nothing changes; different: rows of this name are known by their name alone.'
            as effect,
        org_key as one_org,
        org_key as other_org
    from misnamed

)

{% for asked in ['alike', 'contradicting', 'contested_names'] -%}
    select
        kind,
        'organisations' as decides,
        array_to_string(parts, ' | ') as subject,
        parts,
        sentence,
        effect,
        ['same', 'different'] as answers,
        one_org,
        other_org
    from {{ asked }}
    {{ "union all" if not loop.last }}
{% endfor %}
