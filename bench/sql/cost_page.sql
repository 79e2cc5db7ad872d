-- name: cost_by_day_rollup
-- one row per day and provider of the period
select day, provider, sum(cost) as cost, sum(events) as events
from usage_daily
where day between $start and $end
group by day, provider
order by day, provider

-- name: cost_by_day_raw
-- one row per day and provider of the period
select day, provider, sum(cost) as cost, count(*) as events
from usage_events
where day between $start and $end
group by day, provider
order by day, provider
