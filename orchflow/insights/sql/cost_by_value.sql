-- one row is one value of the chosen dimension with its cost in the period and in the one before
select
    value,
    sum(cost) filter (where day between $start and $end) as cost,
    sum(cost) filter (where day between $previous_start and $previous_end) as previous_cost,
    coalesce(sum(events) filter (where day between $start and $end), 0)::bigint as calls,
    coalesce(sum(events) filter (where day between $previous_start and $previous_end), 0)::bigint as previous_calls,
    coalesce(sum(input_tokens) filter (where day between $start and $end), 0)::bigint as input_tokens,
    coalesce(sum(output_tokens) filter (where day between $start and $end), 0)::bigint as output_tokens,
    coalesce(sum(events) filter (where day between $start and $end and provenance = 'unpriced'), 0)::bigint
        as unpriced_calls
from usage_lines
where day between $start and $end or day between $previous_start and $previous_end
group by value
order by cost desc nulls last, calls desc, value
