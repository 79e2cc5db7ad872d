-- one row is one period (current, previous) and provenance, attributed to an agent or not
select
    case when day between $start and $end then 'current' else 'previous' end as period,
    provenance,
    agent is not null as attributed,
    sum(events)::bigint as calls,
    sum(cost) as cost,
    sum(input_tokens)::bigint as input_tokens,
    sum(output_tokens)::bigint as output_tokens
from usage_lines
where day between $start and $end or day between $previous_start and $previous_end
group by all
