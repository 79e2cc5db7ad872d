-- one row: the first and last day with usage and with runs, and the newest source row of each
select
    (select min(day) from usage_daily) as usage_from,
    (select max(day) from usage_daily) as usage_to,
    (select min(day) from runs_daily) as runs_from,
    (select max(day) from runs_daily) as runs_to,
    (select max(occurred_at) from usage_events where day = (select max(day) from usage_daily)) as usage_as_of,
    (select max(occurred_at) from run_events) as runs_as_of
