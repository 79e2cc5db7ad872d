-- name: stored_rows
-- One row: how many rows of {table} a source has.
select count(*) from {table} where source = $source

-- name: platform_sources
-- One row per source that reads the same installation as a source, itself included.
select $source as source
union all
select other from same_platform where source = $source

-- name: days_differing
-- One row per day (UTC) that is told otherwise than it is stored, and how many rows it is told to have.
select coalesce(t.day, s.day) as day, coalesce(t.rows, 0) as rows
from (select day, rows, try_cast(amount as decimal(38, 18)) as amount, tokens, letters from told where day is not null) as t
full join stored as s on s.day = t.day
where (t.rows, t.amount, t.tokens, t.letters) is distinct from (s.rows, s.amount, s.tokens, s.letters)
order by 1

-- name: days_differing_usage
-- One row per day (of recording) whose calls the source tells otherwise; what another source of the same installation
-- delivered first counts as stored.
with stored as (
    select
        (coalesce(recorded_at, occurred_at) at time zone 'UTC')::date as day,
        count(*) as rows,
        coalesce(sum(amount), 0) as amount,
        sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))::bigint as tokens,
        sum(length(coalesce(caller, '')) + length(coalesce(model, '')) + length(coalesce(provider, '')))::bigint as letters
    from usage_events
    where source in ({query:platform_sources})
    group by 1
)
{query:days_differing}

-- name: days_differing_run_events
-- One row per day whose events of runs the source tells otherwise; what another source of the same installation delivered
-- first counts as stored.
with stored as (
    select
        (occurred_at at time zone 'UTC')::date as day,
        count(*) as rows,
        0 as amount,
        0 as tokens,
        sum(length(agent) + length(type))::bigint as letters
    from run_events
    where source in ({query:platform_sources})
    group by 1
)
{query:days_differing}

-- name: days_differing_tasks
-- One row per day (of creation, 1970 where none is known) whose tasks the source tells otherwise.
with stored as (
    select
        coalesce((created_at at time zone 'UTC')::date, 'epoch') as day,
        count(*) as rows,
        0 as amount,
        0 as tokens,
        sum(length(coalesce(status, '')) + waiting::int)::bigint as letters
    from agent_tasks
    where source = $source
    group by 1
)
{query:days_differing}

-- name: days_differing_conversations
-- One row per day (of their start, 1970 where none is known) whose conversations the source tells otherwise.
with stored as (
    select
        coalesce((started_at at time zone 'UTC')::date, 'epoch') as day,
        count(*) as rows,
        0 as amount,
        0 as tokens,
        sum(length(coalesce(agent, '')) + length(coalesce(organization, '')))::bigint as letters
    from conversations
    where source = $source and present
    group by 1
)
{query:days_differing}

-- name: removed_list
-- One row per row that its platform no longer has, the newest first.
select
    source, dataset, event_id, occurred_at, organization, agent, user_id, model, status, amount, currency, cost, removed_at
from removed_events
where $source is null or source = $source
order by removed_at desc, occurred_at desc, event_id
limit $limit
