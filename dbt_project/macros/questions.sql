{#- Id of a question: the same for what a decision is about, whatever rows there are. -#}
{% macro question_id(decides, subject) -%}
    'q' || left(md5({{ decides }} || '|' || {{ subject }}), 10)
{%- endmacro %}

{#- How a decision names a row: it outlives rebuilds and re-deliveries. -#}
{% macro row_reference(reported_by, register, record_key) -%}
    concat_ws(' ', 'row', {{ reported_by }}, {{ register }}, {{ record_key }})
{%- endmacro %}

{#- A name in a sentence, in one pair of quotes. -#}
{% macro quoted(name) -%}
    '"' || trim(coalesce({{ name }}, 'no name'), '"„”“«» ') || '"'
{%- endmacro %}

{#- An organisation in a sentence: its name and by what it is known. -#}
{% macro organisation_words(name, country, reference) -%}
    {{ quoted(name) }} || ' ('
    || concat_ws(
        ', ',
        {{ country }},
        case when {{ reference }} like 'name:%' then 'known by its name' else {{ reference }} end
    ) || ')'
{%- endmacro %}
