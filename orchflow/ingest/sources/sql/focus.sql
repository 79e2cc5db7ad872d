-- name: focus_macros
-- No row: how values of FOCUS are read; each gives null for what it cannot read. Numbers have a decimal point: a single comma
-- before three digits could be either and is refused.
create macro scientific(p) as try_cast(concat(p.sign, expanded(p.digits, p.power)) as decimal(38, 18));
create macro plain_amount(x) as case
    when contains(x, '_') then null
    when not regexp_matches(x, '[eE]') then try_cast(x as decimal(38, 18))
    when regexp_full_match(x, '[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d{1,3}')
        then scientific(regexp_extract(x, '^([-+]?)([\d.]+)([eE][-+]?\d+)$', ['sign', 'digits', 'power']))
end;
create macro grouped_surely(digits) as contains(digits, '.') or not regexp_full_match(digits, '[^,]*,[^,]*');
create macro written_amount(p, digits, currency) as
    case when grouped_surely(p.digits) and fits_sign(p, currency) then signed(p, digits) end;
create macro has_zone(x) as regexp_matches(substr(x, 11), '(?i)(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)$');
create macro amount_reason(name, x, value) as case
    when x is null or value is not null then null
    when try_cast(x as double) between 1e19 and 1e308 then name || ' is too large: ' || left(x, 40)
    else name || ' is not an amount in the currency of the bill: ' || left(x, 40)
end;
create macro moment_reason(name, x, value) as case
    when x is null then name || ' is missing'
    when value is null then name || ' is not a time: ' || left(x, 40) || ' (write it like 2026-09-30T14:00:00Z)'
    when value < timestamptz '1990-01-01 00:00:00+00' or value >= timestamptz '2201-01-01 00:00:00+00'
        then name || ' is not between 1990 and 2200: ' || left(x, 40)
end;

-- name: focus_lines_read
-- One row per incoming row, in order: its texts, what is counted with, why it cannot be kept, and how it had to be read.
with texts as (
    select ordinal, "@line" as line, "@fault" as line_fault, {texts}, {extra} as extra, {agent} as agent, {version}::varchar as version
    from incoming
), plain as (
    select
        *,
        upper(billing_currency) as money,
        plain_amount(billed_cost) as billed_plain,
        plain_amount(effective_cost) as effective_plain,
        plain_amount(list_cost) as listed_plain,
        plain_amount(contracted_cost) as contracted_plain,
        case when length(charge_period_start) > 18 then try_cast(charge_period_start as timestamptz) end as charge_start_plain,
        case when length(charge_period_end) > 18 then try_cast(charge_period_end as timestamptz) end as charge_end_plain,
        case when length(billing_period_start) > 18 then try_cast(billing_period_start as timestamptz) end as billing_start_plain,
        case when length(billing_period_end) > 18 then try_cast(billing_period_end as timestamptz) end as billing_end_plain
    from texts
), taken_apart as (
    select
        *,
        case when billed_plain is null then parts_of(billed_cost) end as billed_parts,
        case when effective_plain is null then parts_of(effective_cost) end as effective_parts,
        case when listed_plain is null then parts_of(list_cost) end as listed_parts,
        case when contracted_plain is null then parts_of(contracted_cost) end as contracted_parts
    from plain
), written as (
    select
        *,
        pointed(billed_parts.digits, '.', billed_parts.power) as billed_digits,
        pointed(effective_parts.digits, '.', effective_parts.power) as effective_digits,
        pointed(listed_parts.digits, '.', listed_parts.power) as listed_digits,
        pointed(contracted_parts.digits, '.', contracted_parts.power) as contracted_digits
    from taken_apart
), typed as (
    select
        *,
        case when billed_plain is not null then billed_plain else written_amount(billed_parts, billed_digits, money) end as billed,
        case when effective_plain is not null then effective_plain else written_amount(effective_parts, effective_digits, money) end as effective,
        case when listed_plain is not null then listed_plain else written_amount(listed_parts, listed_digits, money) end as listed,
        case when contracted_plain is not null then contracted_plain else written_amount(contracted_parts, contracted_digits, money) end as contracted,
        case when charge_start_plain is not null then charge_start_plain else instant_of(charge_period_start, 'UTC') end as charge_start,
        case when charge_end_plain is not null then charge_end_plain else instant_of(charge_period_end, 'UTC') end as charge_end,
        case when billing_start_plain is not null then billing_start_plain else instant_of(billing_period_start, 'UTC') end as billing_start,
        case when billing_end_plain is not null then billing_end_plain else instant_of(billing_period_end, 'UTC') end as billing_end
    from written
)
select
    columns(name -> not regexp_matches(name, '^(ordinal|line_fault|money)$|_(plain|parts|digits)$')),
    coalesce(
        line_fault,
        case when billed_cost is null then 'BilledCost is missing' end,
        case when effective_cost is null then 'EffectiveCost is missing' end,
        case when billing_currency is null then 'BillingCurrency is missing' end,
        amount_reason('BilledCost', billed_cost, billed),
        amount_reason('EffectiveCost', effective_cost, effective),
        amount_reason('ListCost', list_cost, listed),
        amount_reason('ContractedCost', contracted_cost, contracted),
        moment_reason('ChargePeriodStart', charge_period_start, charge_start),
        moment_reason('ChargePeriodEnd', charge_period_end, charge_end),
        moment_reason('BillingPeriodStart', billing_period_start, billing_start),
        moment_reason('BillingPeriodEnd', billing_period_end, billing_end),
        case when charge_end < charge_start then 'ChargePeriodEnd is before ChargePeriodStart' end,
        case when charge_end > charge_start + interval 10 year
            then 'ChargePeriodEnd is more than ten years after ChargePeriodStart: ' || left(charge_period_end, 40) end,
        case when billing_end <= billing_start then 'BillingPeriodEnd is not after BillingPeriodStart' end,
        case when charge_category is null then 'ChargeCategory is missing' end,
        case when not list_contains($categories::varchar[], charge_category)
            then 'ChargeCategory is none of ' || list_aggregate($categories::varchar[], 'string_agg', ', ') || ': '
                || left(charge_category, 40) end
    ) as fault,
    coalesce(billed_parts, effective_parts, listed_parts, contracted_parts) is not null as written_out,
    not (
        has_zone(charge_period_start) and has_zone(charge_period_end) and has_zone(billing_period_start)
        and has_zone(billing_period_end)
    ) as without_zone
from typed
order by ordinal
