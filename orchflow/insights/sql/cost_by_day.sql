-- one row is one day and one of the $top values with the highest cost; all others of the day are pooled as OTHER
with lines as (
    select
        day,
        value,
        sum(cost) as cost,
        sum(events) as calls,
        sum(input_tokens) + sum(output_tokens) as tokens,
        sum(events) filter (where provenance = 'unpriced') as unpriced_calls
    from usage_lines
    where day between $start and $end
    group by all
),
dearest as (
    select value
    from lines
    where value <> 'UNATTRIBUTED'
    group by value
    order by sum(cost) desc nulls last, sum(calls) desc, value
    limit $top
)
select
    day,
    case when value = 'UNATTRIBUTED' or value in (select value from dearest) then value else 'OTHER' end as series,
    sum(cost) as cost,
    sum(calls)::bigint as calls,
    sum(tokens)::bigint as tokens,
    coalesce(sum(unpriced_calls), 0)::bigint as unpriced_calls
from lines
group by all
order by day, series
