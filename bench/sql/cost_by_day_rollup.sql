-- one row per day and provider of the period
select day, provider, sum(cost) as cost, sum(events) as events
from usage_daily
where day between $start and $end
group by day, provider
order by day, provider
