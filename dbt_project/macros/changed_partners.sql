{#- A build that begins with the last one's tables does again what other deliveries, or other
    meanings of them, have changed, partner by partner (decision 0015). `inputs` is
    int_attendance_deliveries or int_attendance_inputs: what a partner's rows were made from; what
    the last build had is in int_attendance_built. -#}

{#- The partners whose rows have to be made anew, as a list of SQL literals. -#}
{% macro changed_partners(inputs) -%}
    {%- if not execute -%}
        {{ return("''") }}
    {%- endif -%}
    {%- set changed -%}
        select coalesce(present.reported_by, built.reported_by) as partner
        from {{ inputs }} as present
        full outer join (
            select *
            from {{ this.database }}.{{ this.schema }}.int_attendance_built
            where inputs = '{{ inputs.identifier }}'
        ) as built on present.reported_by = built.reported_by
        where present.fingerprint is distinct from built.fingerprint
        order by partner
    {%- endset -%}
    {%- set partners = run_query(changed).columns[0].values() -%}
    {{ return("'" ~ partners | join("', '") ~ "'") }}
{%- endmacro %}

{#- Take away the rows that are made anew; `and_where` are more of them. -#}
{% macro forget_changed_partners(inputs, and_where='false') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where reported_by in ({{ changed_partners(inputs) }}) or {{ and_where }}
    {%- endif -%}
{%- endmacro %}

{#- True for the rows that are made. -#}
{% macro of_changed_partners(inputs) -%}
    {%- if is_incremental() -%}
        reported_by in ({{ changed_partners(inputs) }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
