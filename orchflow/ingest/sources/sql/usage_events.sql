-- One row per model call of the openrouter gateway with an id above orchflow.after, in the order of ids.
-- v2 keeps an event up to three times: with orchflow.repeats set, only the first of equal ones is read.
-- Its time is the one that each version's API shows, so that a call read there and here is known to be one.
select
    e.id as position,
    e.id::text as event_id,
    case current_setting('orchflow.repeats')
        when 'no' then date_trunc('milliseconds', e.created_at)
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
    e.payload ->> 'outputTokens' as output_tokens,
    e.payload ->> 'costUsd' as cost,
    e.payload ->> 'durationMs' as duration_ms
from public.observability_events as e
where
    e.hook_event_type = 'llm.usage'
    and e.id > current_setting('orchflow.after')::bigint
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
