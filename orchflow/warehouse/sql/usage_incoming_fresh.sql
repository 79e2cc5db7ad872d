-- one row per usage event to be written, when nothing of the batch is stored yet: no comparing, no copy
create or replace temp view incoming as
select
    cast(null as bigint) as target, event_key, source, event_id, occurred_at, recorded_at, day,
    coalesce(organization, home) as organization,
    caller, user_id, conversation_id, run_id, provider, model,
    coalesce(route, 'remote') as route,
    coalesce(status, 'completed') as status,
    input_tokens, output_tokens, cost, duration_ms,
    case when cost is null then 'unpriced' when route = 'local' then 'estimated' else 'reported' end as provenance
from parsed
