{#- The moment up to which a build knows deliveries: always, unless it is about an earlier day. -#}
{% macro known_until() -%}
    cast('{{ env_var("EUROCLUSTER_KNOWN_UNTIL", "9999-01-01 00:00:00+00") }}' as timestamptz)
{%- endmacro %}
