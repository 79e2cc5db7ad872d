-- One row per start, progress or end of an agent's run with an id above orchflow.after, in the order of ids.
-- The llm-plane reports the same runs a second time. The time is the one that each version's API shows, so that a run read
-- there and here is known to be one.
select
    id as position,
    id::text as event_id,
    case current_setting('orchflow.repeats')
        when 'no' then date_trunc('milliseconds', created_at)
        -- a number that is no time is left to loading, which sets the row aside
        else case when timestamp between 0 and 32503680000000 then to_timestamp(timestamp / 1000.0) end
    end as occurred_at,
    substr(hook_event_type, length('invocation.') + 1) as type,
    agent_slug::text as agent,
    coalesce(conversation_id::text, task_id) as conversation_id,
    organization_slug::text as organization,
    user_id::text as user_id,
    coalesce(payload ->> 'durationMs', payload ->> 'duration') as duration_ms,
    left(payload ->> 'error', 200) as error
from public.observability_events
where
    hook_event_type in (
        'invocation.started', 'invocation.progress', 'invocation.completed', 'invocation.failed'
    )
    and source_app <> 'llm-plane'
    and id > current_setting('orchflow.after')::bigint
order by id
