{#- Titles compared as people would: no accents, no case, dots deleted, other punctuation a
    blank; letters of every alphabet are kept (reading 26). -#}
{% macro folded(text) -%}
    trim(
        regexp_replace(
            replace(lower(strip_accents({{ text }})), '.', ''), '[^\pL\pN]+', ' ', 'g'
        )
    )
{%- endmacro %}
