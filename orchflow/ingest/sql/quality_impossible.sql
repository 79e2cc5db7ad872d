-- One row per kind of value that was kept but cannot be right: how many events of a source have it.
select what, count(*) as events
from (
    select unnest([
        case when cost > 0 and coalesce(input_tokens, 0) + coalesce(output_tokens, 0) = 0 then 'cost without tokens' end,
        case when input_tokens > 20000000 or output_tokens > 20000000 then 'more than 20 million tokens' end,
        case when duration_ms > 86400000 then 'longer than a day' end,
        case when recorded_at < occurred_at - interval 1 hour then 'recorded before it happened' end
    ]) as what
    from usage_events
    where source = $source
)
where what is not null
group by what
order by events desc, what
