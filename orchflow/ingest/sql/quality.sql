-- name: newest_event
-- One row: the newest usage event of any source that is not dated ahead of $now.
select max(occurred_at) as newest
from usage_events
where
    occurred_at <= $now
    and day >= coalesce((select max(day) from usage_daily where day < $today), $today)

-- name: quality_newest
-- One row: the newest usage event of a source, or beginning of what was billed, that is not dated ahead of $now.
select greatest(
    (
        select max(occurred_at)
        from usage_events
        where
            source = $source
            and occurred_at <= $now
            and day >= coalesce((select max(day) from usage_daily where source = $source and day < $today), $today)
    ),
    (select max(charge_start) from focus_lines where source = $source and charge_start <= $now)
) as newest

-- name: quality_days
-- One row per day between the first and the last with usage of a source (or what it was billed), from $since on: its events,
-- and whether it is a gap, which is a day without usage on a weekday that usually (at least every other week, of two or more)
-- has some.
with used as (
    select day, sum(events)::bigint as events
    from (
        select day, events from usage_daily where source = $source and day >= $since
        union all
        select day, lines from focus_daily where source = $source and day >= $since
    )
    group by day
    having sum(events) > 0
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

-- name: quality_impossible
-- One row per kind of value that was kept but is hardly right: how many events or lines of bills of a source have it.
select what, count(*) as events
from (
    select unnest([
        case when cost > 0 and coalesce(input_tokens, 0) + coalesce(output_tokens, 0) = 0 then 'cost without tokens' end,
        case when greatest(input_tokens, output_tokens) > 20000000 * greatest(calls, 1) then 'more than 20 million tokens' end,
        case when duration_ms > 86400000 * greatest(calls, 1) then 'longer than a day' end,
        case when recorded_at < occurred_at - interval 1 hour then 'recorded before it happened' end
    ]) as what
    from usage_events
    where source = $source
    union all
    select unnest([
        case when effective > listed and listed > 0 then 'effective cost above the list' end,
        case when charge_class is null and charge_category = 'Usage' and effective < 0 then 'use below zero that is no correction' end,
        case when charge_end > $now + interval 5 year then 'charged for more than five years ahead' end
    ])
    from focus_lines
    where source = $source
)
where what is not null
group by what
order by events desc, what

-- name: quality_rejects
-- One row per reason for which rows of a source are set aside: how many, and since when.
select reason, count(*) as rows, min(first_seen_at) as since
from rejects
where source = $source and resolved_at is null
group by reason
order by rows desc, reason

-- name: rejects_list
-- One row per row that is set aside, newest first.
select source, job, dataset, reason, raw::varchar as raw, first_seen_at, last_seen_at, attempts
from rejects
where resolved_at is null and ($source is null or source = $source)
order by last_seen_at desc, reason, raw
limit $limit

-- name: quality_runs
-- One row: what all runs of a source dropped as duplicate, and when it last succeeded.
select
    coalesce(sum(rows_duplicate), 0)::bigint as duplicates,
    max(finished_at) filter (where state in ('done', 'partial')) as last_success_at
from ingest_runs
where source = $source

-- name: quality_twins
-- One row per other source that reads the same installation.
select other from same_platform where source = $source order by other

-- name: recording
-- One row: days with completed runs of the sources asked for, those of them without usage of any source, and the runs on these.
with ran as (
    select day, sum(completed)::bigint as runs
    from runners_daily
    where day between $start and $end and coalesce(list_contains($sources::varchar[], source), true)
    group by day
    having sum(completed) > 0
)
select
    count(*) as days,
    count(*) filter (where used.day is null) as silent,
    coalesce(sum(ran.runs) filter (where used.day is null), 0)::bigint as runs
from ran
left join (select distinct day from callers_daily where day between $start and $end) as used using (day)
