{#- Recommendation 2003/361/EC on consolidated figures, Kleene logic (G6): true, false or null. -#}
{% macro is_sme_by_figures(headcount, turnover, balance_sheet) -%}
    ({{ headcount }} < 250 and ({{ turnover }} <= 50000000 or {{ balance_sheet }} <= 43000000))
{%- endmacro %}

{#- Size class of an SME by the same figures; null where the figures leave it open. -#}
{% macro size_by_figures(headcount, turnover, balance_sheet) -%}
    case
        when not coalesce({{ is_sme_by_figures(headcount, turnover, balance_sheet) }}, false) then null
        when
            {{ headcount }} < 10
            and ({{ turnover }} <= 2000000 or {{ balance_sheet }} <= 2000000)
            then 'micro'
        when
            {{ headcount }} < 10
            and ({{ turnover }} is null or {{ balance_sheet }} is null)
            then null
        when
            {{ headcount }} < 50
            and ({{ turnover }} <= 10000000 or {{ balance_sheet }} <= 10000000)
            then 'small'
        when
            {{ headcount }} < 50
            and ({{ turnover }} is null or {{ balance_sheet }} is null)
            then null
        else 'medium'
    end
{%- endmacro %}

{#- Does a status count as SME under a policy (G6). -#}
{% macro counts_as_sme(status, policy) -%}
    (
        {{ status }} = 'verified'
        or ({{ policy }} in ('reported', 'potential') and {{ status }} = 'declared')
        or ({{ policy }} = 'potential' and {{ status }} = 'unknown')
    )
{%- endmacro %}

{#- The three policies, side by side. -#}
{% macro policies() -%}
    (select unnest(['conservative', 'reported', 'potential']) as policy)
{%- endmacro %}
