-- name: conversations
-- One row per conversation last active since orchflow.since, oldest first.
select c.*
from (select null::text as organization_slug, null::timestamptz as created_at) as absent
cross join lateral (
    select
        id::text as conversation_id,
        agent_name::text as agent,
        organization_slug::text as organization,
        user_id::text as user_id,
        coalesce(started_at, created_at) as started_at,
        last_active_at
    from public.conversations
) as c
where c.last_active_at is null or c.last_active_at >= current_setting('orchflow.since')::timestamptz
order by c.last_active_at nulls first

-- name: tasks
-- One row per task changed since orchflow.since, oldest change first.
select t.*
from (select null::boolean as hitl_pending, null::timestamptz as hitl_pending_since) as absent
cross join lateral (
    select
        id::text as task_id,
        conversation_id::text as conversation_id,
        user_id::text as user_id,
        status::text as status,
        coalesce(hitl_pending, false) as waiting,
        hitl_pending_since as waiting_since,
        created_at,
        updated_at
    from public.tasks
) as t
where t.updated_at is null or t.updated_at >= current_setting('orchflow.since')::timestamptz
order by t.updated_at nulls first

-- name: run_events
-- One row per start, progress or end of an agent's run with an id above orchflow.after, in the order of ids.
-- The llm-plane reports the same runs a second time. The time is the one that each version's API shows, so that a run read
-- there and here is known to be one.
select
    id as position,
    id::text as event_id,
    case current_setting('orchflow.repeats')
        when 'no' then date_trunc('milliseconds', coalesce(created_at, to_timestamp(timestamp / 1000.0)))
        -- a number that is no time is left to loading, which sets the row aside
        else case when timestamp between 0 and 32503680000000 then to_timestamp(timestamp / 1000.0) end
    end as occurred_at,
    substr(hook_event_type, length('invocation.') + 1) as type,
    agent_slug::text as agent,
    coalesce(conversation_id::text, task_id) as conversation_id,
    organization_slug::text as organization,
    user_id::text as user_id,
    coalesce(payload ->> 'durationMs', payload ->> 'duration') as duration_ms,
    left(payload ->> 'error', 2000) as error
from public.observability_events
where
    hook_event_type in (
        'invocation.started', 'invocation.progress', 'invocation.completed', 'invocation.failed'
    )
    and source_app <> 'llm-plane'
    and id > current_setting('orchflow.after')::bigint
    and (
        nullif(current_setting('orchflow.days', true), '') is null
        or (
            case current_setting('orchflow.repeats')
                when 'no' then coalesce(created_at, to_timestamp(timestamp / 1000.0))
                else to_timestamp(timestamp / 1000.0)
            end at time zone 'UTC'
        )::date = any(string_to_array(current_setting('orchflow.days', true), ',')::date[])
    )
order by id

-- name: usage_events
-- One row per model call of the openrouter gateway with an id above orchflow.after, in the order of ids.
-- v2 keeps an event up to three times: with orchflow.repeats set, only the first of equal ones is read.
-- Its time is the one that each version's API shows, so that a call read there and here is known to be one.
select
    e.id as position,
    e.id::text as event_id,
    case current_setting('orchflow.repeats')
        when 'no' then date_trunc('milliseconds', coalesce(e.created_at, to_timestamp(e.timestamp / 1000.0)))
        -- a number that is no time is left to loading, which sets the row aside
        else case when e.timestamp between 0 and 32503680000000 then to_timestamp(e.timestamp / 1000.0) end
    end as occurred_at,
    e.created_at as recorded_at,
    e.organization_slug::text as organization,
    e.agent_slug::text as caller,
    e.user_id::text as user_id,
    coalesce(e.conversation_id::text, e.task_id) as conversation_id,
    e.payload ->> 'provider' as provider,
    e.payload ->> 'model' as model,
    case e.payload ->> 'success' when 'false' then 'failed' when 'true' then 'completed' else e.status end as status,
    e.payload ->> 'inputTokens' as input_tokens,
    e.payload ->> 'cachedInputTokens' as cached_input_tokens,
    e.payload ->> 'cacheWriteInputTokens' as cache_write_input_tokens,
    e.payload ->> 'outputTokens' as output_tokens,
    e.payload ->> 'costUsd' as cost,
    'USD' as currency,
    e.payload ->> 'durationMs' as duration_ms
from public.observability_events as e
where
    e.hook_event_type = 'llm.usage'
    and e.id > current_setting('orchflow.after')::bigint
    and (
        nullif(current_setting('orchflow.days', true), '') is null
        or (coalesce(e.created_at, to_timestamp(e.timestamp / 1000.0)) at time zone 'UTC')::date
        = any(string_to_array(current_setting('orchflow.days', true), ',')::date[])
    )
    and (
        current_setting('orchflow.repeats') = 'no'
        or not exists (
            select 1
            from public.observability_events as first
            where
                first.id < e.id
                and first.id > e.id - 1000
                and first.hook_event_type = e.hook_event_type
                and first.timestamp = e.timestamp
                and first.task_id is not distinct from e.task_id
                and first.payload = e.payload
        )
    )
order by e.id

-- name: usage_records
-- One row per model call of the fine_control gateway recorded since orchflow.since, in the order of recording.
-- Milliseconds are all that the platform's API gives, so that a call read there and here is known to be one.
select u.*
from (select null::integer as cached_input_tokens, null::integer as cache_write_input_tokens) as absent
cross join lateral (
    select
        id::text as event_id,
        date_trunc('milliseconds', coalesce(started_at, created_at)) as occurred_at,
        created_at as recorded_at,
        agent_name as caller,
        user_id::text as user_id,
        conversation_id::text as conversation_id,
        run_id,
        provider_name as provider,
        model_name as model,
        route,
        status,
        input_tokens,
        cached_input_tokens,
        cache_write_input_tokens,
        output_tokens,
        total_cost::text as cost,
        'USD' as currency,
        duration_ms,
        is_local
    from public.llm_usage
    where
        (created_at is null or created_at >= current_setting('orchflow.since')::timestamptz)
        and (
            nullif(current_setting('orchflow.days', true), '') is null
            or (coalesce(created_at, started_at) at time zone 'UTC')::date
            = any(string_to_array(current_setting('orchflow.days', true), ',')::date[])
        )
) as u
order by u.recorded_at nulls first

-- name: recorded_days
-- One row per day (UTC) of the last four weeks on which agents completed runs, and whether a call to a model was recorded.
select ran.day, exists (
    select 1 from public.observability_events as e
    where e.hook_event_type = 'llm.usage' and e.created_at >= ran.day and e.created_at < ran.day + interval '1 day'
) or exists (
    select 1 from public.llm_usage as u
    where u.created_at >= ran.day and u.created_at < ran.day + interval '1 day'
) as recorded
from (
    select distinct date_trunc('day', created_at) as day
    from public.observability_events
    where
        hook_event_type = 'invocation.completed' and source_app <> 'llm-plane' and created_at >= now() - interval '28 days'
) as ran
order by ran.day

-- name: usage_record_sums
-- One row per day (UTC, of recording) with calls of the fine_control gateway: their number and sums.
select
    (coalesce(created_at, started_at) at time zone 'UTC')::date as day,
    count(*) as rows,
    coalesce(sum(total_cost), 0)::text as amount,
    sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))::bigint as tokens,
    sum(length(coalesce(agent_name, '')) + length(coalesce(model_name, '')) + length(coalesce(provider_name, '')))::bigint
        as letters
from public.llm_usage
group by 1

-- name: usage_event_sums
-- One row per day (UTC, of recording) with calls of the openrouter gateway: their number and sums. Equal ones of v2 count once.
select
    (coalesce(e.created_at, to_timestamp(e.timestamp / 1000.0)) at time zone 'UTC')::date as day,
    count(*) as rows,
    coalesce(sum(
        case
            when e.payload ->> 'costUsd' ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'
                then round((e.payload ->> 'costUsd')::numeric, 12)
        end
    ), 0)::text as amount,
    sum(
        coalesce(case when e.payload ->> 'inputTokens' ~ '^[0-9]{1,12}$' then (e.payload ->> 'inputTokens')::bigint end, 0)
        + coalesce(case when e.payload ->> 'outputTokens' ~ '^[0-9]{1,12}$' then (e.payload ->> 'outputTokens')::bigint end, 0)
    )::bigint as tokens,
    sum(
        length(coalesce(e.agent_slug::text, '')) + length(coalesce(e.payload ->> 'model', ''))
        + length(coalesce(e.payload ->> 'provider', ''))
    )::bigint as letters
from public.observability_events as e
where
    e.hook_event_type = 'llm.usage'
    and (
        current_setting('orchflow.repeats') = 'no'
        or not exists (
            select 1
            from public.observability_events as first
            where
                first.id < e.id
                and first.id > e.id - 1000
                and first.hook_event_type = e.hook_event_type
                and first.timestamp = e.timestamp
                and first.task_id is not distinct from e.task_id
                and first.payload = e.payload
        )
    )
group by 1

-- name: run_event_sums
-- One row per day (UTC) with events of agents' runs: their number, and the letters in them.
select
    (
        case current_setting('orchflow.repeats')
            when 'no' then coalesce(created_at, to_timestamp(timestamp / 1000.0))
            else to_timestamp(timestamp / 1000.0)
        end at time zone 'UTC'
    )::date as day,
    count(*) as rows,
    sum(length(agent_slug::text) + length(hook_event_type) - length('invocation.'))::bigint as letters
from public.observability_events
where
    hook_event_type in (
        'invocation.started', 'invocation.progress', 'invocation.completed', 'invocation.failed'
    )
    and source_app <> 'llm-plane'
group by 1
