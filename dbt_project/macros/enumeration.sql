{#- A closed word list as a type: ten million words take as much room as ten million small numbers.
    `more` are words of ours that no partner may use. -#}
{% macro enumeration(name, more=[]) -%}
    enum ('{{ (vocabularies()[name] + more) | join("', '") }}')
{%- endmacro %}
