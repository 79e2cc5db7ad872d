-- one row per group of usage_daily that the batch changes: what is written counts for it, what it replaces against it
insert into usage_delta
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance,
    sum(sign)::bigint,
    coalesce(sum(sign * input_tokens), 0)::bigint,
    coalesce(sum(sign * output_tokens), 0)::bigint,
    sum(sign * cost),
    coalesce(sum(sign * duration_ms), 0)::bigint
from (
    select
        1 as sign, day, source, organization, caller, user_id, provider, model, route, status, provenance,
        input_tokens, output_tokens, cost, duration_ms
    from incoming
    union all by name
    select
        -1 as sign, m.day, m.source, m.organization, m.caller, m.user_id, m.provider, m.model, m.route, m.status,
        m.provenance, m.input_tokens, m.output_tokens, m.cost, m.duration_ms
    from matched m
    semi join incoming i on i.target = m.target
)
group by all
