-- one row is one call to a model, with the agent it is attributed to, in the order in which it was loaded
select
    e.event_id,
    e.source,
    e.occurred_at,
    case when list_contains($pooled::varchar[], coalesce(e.organization, 'UNATTRIBUTED')) then 'Small groups' else e.organization end as organization,
    c.agent,
    e.caller,
    case when $people then e.user_id end as user_id,
    e.provider,
    e.model,
    e.route,
    e.status,
    e.input_tokens,
    e.output_tokens,
    e.cost,
    e.provenance,
    e.duration_ms
from usage_events e
left join callers c using (source, caller)
where e.day >= coalesce($start::date, e.day) and e.day <= coalesce($end::date, e.day)
