-- one row per day, source, agent, organisation and user; duration_ms is that of completed runs
insert into runs_daily
select
    day, source, agent, organization, user_id,
    count(*),
    count(*) filter (where status = 'completed'),
    count(*) filter (where status = 'failed'),
    coalesce(sum(duration_ms) filter (where status = 'completed'), 0)::bigint
from agent_runs
where day in (select day from touched_days)
group by all
