-- One row: a source's events and cost in all, and how much of it has no agent or no price.
select
    coalesce(sum(u.events), 0)::bigint as events,
    coalesce(sum(u.cost), 0) as cost,
    coalesce(sum(u.events) filter (where c.agent is null), 0)::bigint as unattributed_events,
    coalesce(sum(u.cost) filter (where c.agent is null), 0) as unattributed_cost,
    coalesce(sum(u.events) filter (where u.provenance = 'unpriced'), 0)::bigint as unpriced_events
from usage_daily as u
left join callers as c on c.source = u.source and c.caller = u.caller
where u.source = $source
