-- One row per model call of the fine_control gateway recorded since orchflow.since, in the order of recording.
-- Milliseconds are all that the platform's API gives, so that a call read there and here is known to be one.
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
    output_tokens,
    total_cost::text as cost,
    duration_ms,
    is_local
from public.llm_usage
where created_at is null or created_at >= current_setting('orchflow.since')::timestamptz
order by created_at nulls first
