-- one row is one agent with its runs on each of the 28 days until $end, the oldest first
with days as (
    select unnest(generate_series($end::date - 27, $end::date, interval 1 day))::date as day
),
runs as (
    select agent, day, sum(runs) as runs
    from run_lines
    where day between $end::date - 27 and $end::date
    group by agent, day
)
select a.agent, list(coalesce(r.runs, 0)::bigint order by d.day) as trend
from (select distinct agent from runs) a
cross join days d
left join runs r on r.agent = a.agent and r.day = d.day
group by a.agent
