-- one row is all calls of one day that share everything but their time
select
    u.day,
    u.source,
    case when list_contains($pooled::varchar[], coalesce(u.organization, 'UNATTRIBUTED')) then 'Small groups' else u.organization end as organization,
    c.agent,
    u.caller,
    case when $people then u.user_id end as user_id,
    u.provider,
    u.model,
    u.route,
    u.status,
    u.provenance,
    sum(u.events)::bigint as calls,
    sum(u.input_tokens)::bigint as input_tokens,
    sum(u.output_tokens)::bigint as output_tokens,
    sum(u.cost) as cost,
    sum(u.duration_ms)::bigint as duration_ms
from usage_daily u
left join callers c using (source, caller)
where u.day >= coalesce($start::date, u.day) and u.day <= coalesce($end::date, u.day)
group by all
order by all
