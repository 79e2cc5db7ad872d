-- one row per day, source, organisation, caller, user, provider, model, route, status and provenance
insert into usage_daily
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance,
    count(*),
    coalesce(sum(input_tokens), 0)::bigint,
    coalesce(sum(output_tokens), 0)::bigint,
    sum(cost),
    coalesce(sum(duration_ms), 0)::bigint
from usage_events
group by all
