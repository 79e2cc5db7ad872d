-- one row is one run of an agent
select
    r.run_id,
    r.source,
    r.agent,
    case when list_contains($pooled::varchar[], coalesce(r.organization, 'UNATTRIBUTED')) then 'Small groups' else r.organization end as organization,
    case when $people then r.user_id end as user_id,
    case when $people then r.conversation_id end as conversation_id,
    r.started_at,
    r.ended_at,
    r.status,
    r.duration_ms,
    r.error
from agent_runs r
where r.day >= coalesce($start::date, r.day) and r.day <= coalesce($end::date, r.day)
