-- One row per day between the first and the last with usage of a source, from $since on: its events, and whether it is a
-- gap, which is a day without usage on a weekday that usually (at least every other week, of two or more) has some.
with used as (
    select day, sum(events)::bigint as events
    from usage_daily
    where source = $source and day >= $since
    group by day
),
calendar as (
    select unnest(generate_series(min(day), max(day), interval 1 day))::date as day
    from used
),
days as (
    select calendar.day, coalesce(used.events, 0) as events
    from calendar
    left join used using (day)
),
habits as (
    select isodow(day) as weekday, count(*) as weeks, count(*) filter (where events > 0) as used_weeks
    from days
    group by all
)
select days.day, days.events, days.events = 0 and weeks >= 2 and used_weeks * 2 >= weeks as gap
from days
join habits on habits.weekday = isodow(days.day)
order by days.day
