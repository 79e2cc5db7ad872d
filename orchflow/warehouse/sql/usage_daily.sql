-- name: usage_days
-- one row per usage event whose day is another one in the workspace's zone
update usage_events
set day = (occurred_at at time zone $zone)::date
where day <> (occurred_at at time zone $zone)::date

-- name: usage_delta_create
-- one row per group of usage_daily and batch: what this transaction added to it or took from it
create or replace temp table usage_delta as from usage_daily limit 0

-- name: usage_written
-- one row per usage event that the batch writes, counting for it, and per stored one that it replaces, counting against it
create or replace temp view counted as
select 1 as sign, * from incoming
union all by name
select -1 as sign, m.* from matched m semi join incoming i on i.target = m.target

-- name: usage_gone
-- one row per stored usage event that goes, counting against it
create or replace temp view counted as select -1 as sign, * from matched

-- name: usage_of_days
-- one row per usage event of the days that are counted anew
create or replace temp view counted as select 1 as sign, * from usage_events where day in (from recounted)

-- name: usage_count
-- one row per day, source, organisation, caller, user, provider, model, route, status, provenance and currency; of calls that a
-- run of pricing priced, amount and currency are what it says
insert into {table}
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance, held_currency,
    sum(sign)::bigint,
    sum(sign * calls)::bigint,
    coalesce(sum(sign * input_tokens), 0)::bigint,
    coalesce(sum(sign * cached_input_tokens), 0)::bigint,
    coalesce(sum(sign * cache_write_input_tokens), 0)::bigint,
    coalesce(sum(sign * output_tokens), 0)::bigint,
    sum(sign * held),
    sum(sign * cost),
    coalesce(sum(sign) filter (where held is not null and cost is null), 0)::bigint,
    sum(sign * held) filter (where cost is null),
    coalesce(sum(sign * duration_ms), 0)::bigint
from (
    select
        *, if(price_run is null, amount, priced_amount) as held,
        if(price_run is null, currency, priced_currency) as held_currency
    from counted
)
group by all

-- name: usage_daily_fold
-- one row per group of the touched days, as it is after this transaction
create or replace temp table folded as
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance, currency,
    sum(events)::bigint as events,
    sum(calls)::bigint as calls,
    sum(input_tokens)::bigint as input_tokens,
    sum(cached_input_tokens)::bigint as cached_input_tokens,
    sum(cache_write_input_tokens)::bigint as cache_write_input_tokens,
    sum(output_tokens)::bigint as output_tokens,
    sum(amount) as amount,
    sum(cost) as cost,
    sum(unconverted)::bigint as unconverted,
    sum(unconverted_amount) as unconverted_amount,
    sum(duration_ms)::bigint as duration_ms
from (
    from usage_daily where day in (select day from usage_delta)
    union all
    from usage_delta
)
group by all
having sum(events) <> 0

-- name: usage_daily_clear
-- one row per group of the touched days
delete from usage_daily where day in (select day from usage_delta)

-- name: usage_daily_fill
-- one row per group of the touched days
insert into usage_daily by name from folded

-- name: usage_daily_empty
-- one row per group of every day
delete from usage_daily

-- name: usage_days_all
-- one row per day with usage
create or replace temp table recounted as select distinct day from usage_events

-- name: usage_days_moved
-- one row per day on which some usage costs another amount than before
create or replace temp table recounted as select distinct day from moved

-- name: usage_daily_drop
-- one row per group of the days that are counted anew
delete from usage_daily where day in (from recounted)

-- name: callers_daily_clear
-- one row per group of the days of a table
delete from callers_daily where day in (select day from {days})

-- name: callers_daily_fill
-- one row per group of the days of a table: what `usage_daily` has of them, of all people together
insert into callers_daily
select
    day, source, organization, caller, provider, model, status, provenance, currency,
    sum(calls)::bigint, sum(input_tokens)::bigint, sum(cached_input_tokens)::bigint, sum(cache_write_input_tokens)::bigint,
    sum(output_tokens)::bigint, sum(cost), sum(unconverted)::bigint, sum(unconverted_amount)
from usage_daily
where day in (select day from {days})
group by all
order by day

-- name: callers_daily_empty
-- one row per group of every day
delete from callers_daily
