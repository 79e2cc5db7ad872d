-- one row per group of the touched days, as it is after this transaction
create or replace temp table folded as
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance,
    sum(events)::bigint as events,
    sum(input_tokens)::bigint as input_tokens,
    sum(output_tokens)::bigint as output_tokens,
    sum(cost) as cost,
    sum(duration_ms)::bigint as duration_ms
from (
    from usage_daily where day in (select day from usage_delta)
    union all
    from usage_delta
)
group by all
having sum(events) <> 0
