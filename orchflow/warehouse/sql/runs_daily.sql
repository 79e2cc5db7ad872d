-- name: days_create
-- one row per day whose runs_daily has to be recomputed
create or replace temp table touched_days (day date)

-- name: runs_touched_days
-- one row per day of the touched threads' runs
insert into touched_days
select distinct r.day
from agent_runs r
semi join touched_threads t on t.source = r.source and t.thread = coalesce(r.conversation_id, chr(31) || r.agent)

-- name: runs_daily_clear
-- one row per group of the touched days
delete from runs_daily where day in (select day from touched_days)

-- name: runs_daily_fill
-- one row per day, source, agent, organisation and user; duration_ms is that of completed runs, rejected are some of these
insert into runs_daily
select
    day, source, agent, organization, user_id,
    count(*),
    count(*) filter (where status = 'completed'),
    count(*) filter (where status = 'failed'),
    coalesce(sum(duration_ms) filter (where status = 'completed'), 0)::bigint,
    count(*) filter (where rejected)
from agent_runs
where day in (select day from touched_days)
group by all

-- name: runs_daily_empty
-- one row per group of every day
delete from runs_daily

-- name: runners_daily_clear
-- one row per group of the days of a table
delete from runners_daily where day in (select day from {days})

-- name: runners_daily_fill
-- one row per group of the days of a table: what `runs_daily` has of them, of all agents together
insert into runners_daily
select
    day, source, organization, user_id, sum(runs)::bigint, sum(completed)::bigint, sum(failed)::bigint, sum(rejected)::bigint
from runs_daily
where day in (select day from {days})
group by all
order by day

-- name: runners_daily_empty
-- one row per group of every day
delete from runners_daily

-- name: rollup_rows
-- one row: how many rows each rollup has
select
    (select count(*) from usage_daily) as usage_daily,
    (select count(*) from agent_runs) as agent_runs,
    (select count(*) from runs_daily) as runs_daily
