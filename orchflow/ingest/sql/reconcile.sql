-- name: stored_usage
-- One row: how many calls of a source are stored.
select count(*) from usage_events where source = $source

-- name: stored_run_events
-- One row: how many run events of a source are stored.
select count(*) from run_events where source = $source

-- name: days_differing_usage
-- One row per day (UTC, of recording) whose calls the source tells otherwise than they are stored, and how many it has; what
-- another source of the same installation delivered first counts as stored.
with doors as (
    select $source as source
    union
    select other.source
    from platform_users as own
    join platform_users as other on other.user_id = own.user_id
    where own.source = $source
),
stored as (
    select
        (coalesce(recorded_at, occurred_at) at time zone 'UTC')::date as day,
        count(*) as rows,
        coalesce(sum(amount), 0) as amount,
        sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))::bigint as tokens,
        sum(length(coalesce(caller, '')) + length(coalesce(model, '')) + length(coalesce(provider, '')))::bigint as letters
    from usage_events
    where source in (select source from doors)
    group by 1
)
select coalesce(t.day, s.day) as day, coalesce(t.rows, 0) as rows
from (select day, rows, try_cast(amount as decimal(38, 12)) as amount, tokens, letters from told) as t
full join stored as s on s.day = t.day
where (t.rows, t.amount, t.tokens, t.letters) is distinct from (s.rows, s.amount, s.tokens, s.letters)
order by 1

-- name: days_differing_run_events
-- One row per day (UTC) whose run events the source tells otherwise than they are stored, and how many it has; what another
-- source of the same installation delivered first counts as stored.
with doors as (
    select $source as source
    union
    select other.source
    from platform_users as own
    join platform_users as other on other.user_id = own.user_id
    where own.source = $source
),
stored as (
    select
        (occurred_at at time zone 'UTC')::date as day,
        count(*) as rows,
        sum(length(agent) + length(type))::bigint as letters
    from run_events
    where source in (select source from doors)
    group by 1
)
select coalesce(t.day, s.day) as day, coalesce(t.rows, 0) as rows
from told as t
full join stored as s on s.day = t.day
where (t.rows, t.letters) is distinct from (s.rows, s.letters)
order by 1

-- name: removed_list
-- One row per row that its platform no longer has, the newest first.
select
    source, dataset, event_id, occurred_at, organization, agent, user_id, model, status, amount, currency, cost, removed_at
from removed_events
where $source is null or source = $source
order by removed_at desc, occurred_at desc, event_id
limit $limit
