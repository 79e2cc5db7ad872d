-- name: usage_days
-- one row per usage event whose day is another one in the workspace's zone
update usage_events
set day = (occurred_at at time zone $zone)::date
where day <> (occurred_at at time zone $zone)::date

-- name: usage_delta_create
-- one row per group of usage_daily and batch: what this transaction added to it or took from it
create or replace temp table usage_delta as from usage_daily limit 0

-- name: usage_delta_add
-- one row per group of usage_daily that the batch changes: what is written counts for it, what it replaces against it
insert into usage_delta
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance,
    sum(sign)::bigint,
    coalesce(sum(sign * input_tokens), 0)::bigint,
    coalesce(sum(sign * output_tokens), 0)::bigint,
    sum(sign * cost),
    coalesce(sum(sign * duration_ms), 0)::bigint
from (
    select
        1 as sign, day, source, organization, caller, user_id, provider, model, route, status, provenance,
        input_tokens, output_tokens, cost, duration_ms
    from incoming
    union all by name
    select
        -1 as sign, m.day, m.source, m.organization, m.caller, m.user_id, m.provider, m.model, m.route, m.status,
        m.provenance, m.input_tokens, m.output_tokens, m.cost, m.duration_ms
    from matched m
    semi join incoming i on i.target = m.target
)
group by all

-- name: usage_delta_take
-- one row per group of usage_daily that the stored events that go count for
insert into usage_delta by name
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance,
    -count(*) as events,
    -coalesce(sum(input_tokens), 0)::bigint as input_tokens,
    -coalesce(sum(output_tokens), 0)::bigint as output_tokens,
    -sum(cost) as cost,
    -coalesce(sum(duration_ms), 0)::bigint as duration_ms
from matched
group by all

-- name: usage_daily_fold
-- one row per group of the touched days, as it is after this transaction
create or replace temp table folded as
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance,
    sum(events)::bigint as events,
    sum(input_tokens)::bigint as input_tokens,
    sum(output_tokens)::bigint as output_tokens,
    sum(cost) as cost,
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

-- name: usage_daily_rebuild
-- one row per day, source, organisation, caller, user, provider, model, route, status and provenance
insert into usage_daily
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance,
    count(*),
    coalesce(sum(input_tokens), 0)::bigint,
    coalesce(sum(output_tokens), 0)::bigint,
    sum(cost),
    coalesce(sum(duration_ms), 0)::bigint
from usage_events
group by all
