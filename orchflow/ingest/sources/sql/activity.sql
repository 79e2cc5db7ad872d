-- name: day_asked
-- Whether `day` (UTC) is one of those asked for: orchflow.days, or any where that is empty.
coalesce(day = any(string_to_array(nullif(current_setting('orchflow.days', true), ''), ',')::date[]), true)

-- name: conversations_held
-- One row per conversation; `day` is that on which it began.
select c.*, coalesce((c.started_at at time zone 'UTC')::date, 'epoch') as day
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

-- name: conversations
-- One row per conversation last active since orchflow.since, oldest first.
select conversation_id, agent, organization, user_id, started_at, last_active_at
from ({query:conversations_held}) as held
where
    (last_active_at is null or last_active_at >= current_setting('orchflow.since')::timestamptz)
    and {query:day_asked}
order by last_active_at nulls first

-- name: conversation_sums
-- One row per day with conversations begun: their number, and the letters in them.
select
    day,
    count(*) as rows,
    sum(length(coalesce(agent, '')) + length(coalesce(organization, '')))::bigint as letters
from ({query:conversations_held}) as held
group by day

-- name: tasks_given
-- One row per task; `day` is that on which it was created.
select t.*, coalesce((t.created_at at time zone 'UTC')::date, 'epoch') as day
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

-- name: tasks
-- One row per task changed since orchflow.since, oldest change first.
select task_id, conversation_id, user_id, status, waiting, waiting_since, created_at, updated_at
from ({query:tasks_given}) as given
where
    (updated_at is null or updated_at >= current_setting('orchflow.since')::timestamptz)
    and {query:day_asked}
order by updated_at nulls first

-- name: task_sums
-- One row per day with tasks created: their number, and the letters and waits in them.
select
    day,
    count(*) as rows,
    sum(length(coalesce(status, '')) + waiting::int)::bigint as letters
from ({query:tasks_given}) as given
group by day

-- name: observed
-- One row per event. Its time is the one that each version's API shows, so that what is read there and here is known to be
-- one; a number that is no time is left to loading, which sets the row aside.
select
    e.id, e.hook_event_type, e.source_app, e.agent_slug, e.organization_slug, e.user_id, e.conversation_id, e.task_id, e.status,
    e.payload, e.timestamp, e.created_at,
    case current_setting('orchflow.repeats')
        when 'no' then date_trunc('milliseconds', coalesce(e.created_at, told.at))
        else told.at
    end as occurred_at,
    (coalesce(e.created_at, told.at) at time zone 'UTC')::date as recorded_on
from public.observability_events as e
cross join lateral (
    select case when e.timestamp between 0 and 32503680000000 then to_timestamp(e.timestamp / 1000.0) end as at
) as told

-- name: observed_runs
-- One row per start, progress or end of an agent's run. The llm-plane reports the same runs a second time.
select *, substr(hook_event_type, length('invocation.') + 1) as type, (occurred_at at time zone 'UTC')::date as day
from ({query:observed}) as observed
where
    hook_event_type in (
        'invocation.started', 'invocation.progress', 'invocation.completed', 'invocation.failed'
    )
    and source_app <> 'llm-plane'

-- name: run_events
-- One row per event of an agent's run with an id above orchflow.after, in the order of ids.
select
    id as position,
    id::text as event_id,
    occurred_at,
    type,
    agent_slug::text as agent,
    coalesce(conversation_id::text, task_id) as conversation_id,
    organization_slug::text as organization,
    user_id::text as user_id,
    coalesce(payload ->> 'durationMs', payload ->> 'duration') as duration_ms,
    left(payload ->> 'error', 2000) as error
from ({query:observed_runs}) as runs
where id > current_setting('orchflow.after')::bigint and {query:day_asked}
order by id

-- name: run_event_sums
-- One row per day (UTC) with events of agents' runs: their number, and the letters in them.
select day, count(*) as rows, sum(length(agent_slug::text) + length(type))::bigint as letters
from ({query:observed_runs}) as runs
group by day

-- name: observed_calls
-- One row per model call of the openrouter gateway. v2 keeps an event up to three times: with orchflow.repeats set, only the
-- first of equal ones is one.
select e.*, e.recorded_on as day
from ({query:observed}) as e
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

-- name: usage_events
-- One row per model call of the openrouter gateway with an id above orchflow.after, in the order of ids.
select
    id as position,
    id::text as event_id,
    occurred_at,
    created_at as recorded_at,
    organization_slug::text as organization,
    agent_slug::text as caller,
    user_id::text as user_id,
    coalesce(conversation_id::text, task_id) as conversation_id,
    payload ->> 'provider' as provider,
    payload ->> 'model' as model,
    case payload ->> 'success' when 'false' then 'failed' when 'true' then 'completed' else status end as status,
    payload ->> 'inputTokens' as input_tokens,
    payload ->> 'cachedInputTokens' as cached_input_tokens,
    payload ->> 'cacheWriteInputTokens' as cache_write_input_tokens,
    payload ->> 'outputTokens' as output_tokens,
    payload ->> 'costUsd' as cost,
    'USD' as currency,
    payload ->> 'durationMs' as duration_ms
from ({query:observed_calls}) as calls
where id > current_setting('orchflow.after')::bigint and {query:day_asked}
order by id

-- name: usage_event_sums
-- One row per day (UTC, of recording) with calls of the openrouter gateway: their number and sums.
select
    day,
    count(*) as rows,
    coalesce(sum(
        case
            when payload ->> 'costUsd' ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'
                then round((payload ->> 'costUsd')::numeric, 18)
        end
    ), 0)::text as amount,
    sum(
        coalesce(case when payload ->> 'inputTokens' ~ '^[0-9]{1,12}$' then (payload ->> 'inputTokens')::bigint end, 0)
        + coalesce(case when payload ->> 'outputTokens' ~ '^[0-9]{1,12}$' then (payload ->> 'outputTokens')::bigint end, 0)
    )::bigint as tokens,
    sum(
        length(coalesce(agent_slug::text, '')) + length(coalesce(payload ->> 'model', ''))
        + length(coalesce(payload ->> 'provider', ''))
    )::bigint as letters
from ({query:observed_calls}) as calls
group by day

-- name: recorded_calls
-- One row per model call of the fine_control gateway. Milliseconds are all that the platform's API gives, so that a call read
-- there and here is known to be one. `day` is that of recording.
select u.*, (coalesce(u.recorded_at, u.occurred_at) at time zone 'UTC')::date as day
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
        total_cost,
        duration_ms,
        is_local
    from public.llm_usage
) as u

-- name: usage_records
-- One row per model call of the fine_control gateway recorded since orchflow.since, in the order of recording.
select
    event_id, occurred_at, recorded_at, caller, user_id, conversation_id, run_id, provider, model, route, status, input_tokens,
    cached_input_tokens, cache_write_input_tokens, output_tokens, total_cost::text as cost, 'USD' as currency, duration_ms,
    is_local
from ({query:recorded_calls}) as calls
where
    (recorded_at is null or recorded_at >= current_setting('orchflow.since')::timestamptz)
    and {query:day_asked}
order by recorded_at nulls first

-- name: usage_record_sums
-- One row per day (UTC, of recording) with calls of the fine_control gateway: their number and sums.
select
    day,
    count(*) as rows,
    coalesce(sum(round(total_cost::text::numeric, 18)), 0)::text as amount,
    sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))::bigint as tokens,
    sum(length(coalesce(caller, '')) + length(coalesce(model, '')) + length(coalesce(provider, '')))::bigint as letters
from ({query:recorded_calls}) as calls
group by day

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
