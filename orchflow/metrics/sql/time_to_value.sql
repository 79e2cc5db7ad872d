-- one row is one agent that people ran: its first completed run, and the first day on which it was in production
with people_runs as (
    select r.agent, r.day, r.user_id, sum(r.completed) as completed, sum(r.failed) as failed
    from runs_daily r
    where r.user_id is not null
      and not exists (select 1 from platform_users s where s.user_id = r.user_id and s.service)
    group by r.agent, r.day, r.user_id
),
agent_days as (
    select
        agent,
        day,
        sum(completed) as completed,
        sum(failed) as failed,
        count(distinct user_id) filter (where completed > 0) as users
    from people_runs
    group by agent, day
),
weeks as (
    select
        agent,
        day,
        sum(completed) over last_week as completed,
        sum(failed) over last_week as failed,
        max(users) over last_week as users_at_least,
        sum(users) over last_week as users_at_most
    from agent_days
    window last_week as (partition by agent order by day range between interval 6 days preceding and current row)
),
candidates as (
    select w.agent, w.day, w.users_at_least >= $min_users as sure
    from weeks w
    where w.completed >= $min_runs
      and {error_rate} < $target
      and w.users_at_most >= $min_users
      and not exists (select 1 from agents a where a.slug = w.agent and a.status = 'draft')
),
sure as (
    select agent, min(day) as day
    from candidates
    where sure
    group by agent
),
-- people of a week are counted one by one only where the busiest day leaves it open, which spares nearly all of it
counted as (
    select c.agent, c.day
    from candidates c
    left join sure s using (agent)
    join people_runs p on p.agent = c.agent and p.day between c.day - 6 and c.day and p.completed > 0
    where not c.sure and c.day < coalesce(s.day, 'infinity'::date)
    group by c.agent, c.day
    having count(distinct p.user_id) >= $min_users
),
production as (
    select agent, min(day) as day
    from (select agent, day from sure union all select agent, day from counted)
    group by agent
)
select
    d.agent,
    (select min(created_at) from agents a where a.slug = d.agent) as created_at,
    min(d.day) filter (where d.completed > 0) as first_run_day,
    any_value(p.day) as production_day
from agent_days d
left join production p using (agent)
group by d.agent
order by d.agent
