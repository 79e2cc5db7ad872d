-- name: conversion_create
-- one row per currency and stretch of days: an amount is multiplied by times and divided by per; the newest rate wins,
-- told for the pair itself or for the opposite one
create or replace temp table conversion as
select
    currency,
    valid_from as from_day,
    lead(valid_from, 1, 'infinity'::date) over (partition by currency order by valid_from) as until_day,
    times,
    per
from (
    select currency, valid_from, unnest(arg_min({times: times, per: per}, opposite))
    from (
        select
            currency,
            valid_from,
            (rate * 1000000000000)::hugeint as times,
            1000000000000::hugeint as per,
            false as opposite
        from exchange_rates
        where into_currency = $currency and currency <> $currency
        union all
        select into_currency, valid_from, 1000000000000, (rate * 1000000000000)::hugeint, true
        from exchange_rates
        where currency = $currency and into_currency <> $currency
    )
    group by currency, valid_from
)
union all
select $currency, '-infinity'::date, 'infinity'::date, 1, 1

-- name: costs_moved
-- one row per usage event that costs another amount than is stored, now that other rates or another currency hold
create or replace temp table moved as
select e.target, e.day, converted(e.held, r.times, r.per) as cost
from (
    select
        rowid as target, day, cost, if(price_run is null, amount, priced_amount) as held,
        if(price_run is null, currency, priced_currency) as currency
    from usage_events
) e
left join conversion r on r.currency = e.currency and e.day >= r.from_day and e.day < r.until_day
where e.held is not null and converted(e.held, r.times, r.per) is distinct from e.cost

-- name: moved
-- one row: how many usage events cost another amount
select count(*) from moved

-- name: costs_write
-- one row per usage event that costs another amount than was stored
update usage_events
set cost = moved.cost
from moved
where moved.target = usage_events.rowid
