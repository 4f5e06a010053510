{#- Titles compared as people would: no accents, no case, dots deleted, other punctuation a blank. -#}
{% macro folded(text) -%}
    trim(
        regexp_replace(
            regexp_replace(replace(lower(strip_accents({{ text }})), '.', ''), '[^[:alnum:]]+', ' ', 'g'),
            '\s+', ' ', 'g'
        )
    )
{%- endmacro %}
