-- name: agents
-- one row is one agent, as the platform lists it or as runs name it
with named as (
    select agent, list_sort(list(distinct source)) as sources
    from agent_runs
    group by agent
)
select
    coalesce(l.slug, n.agent) as agent,
    l.name,
    l.description,
    l.agent_type,
    l.department,
    l.status as platform_status,
    l.column_status,
    l.fault,
    l.provider,
    l.model,
    l.created_at,
    coalesce(l.present, false) as present,
    l.slug is not null as listed,
    coalesce(l.organizations, []::varchar[]) as organizations,
    coalesce(l.sources, n.sources) as sources
from known_agents l
full join named n on n.agent = l.slug
order by agent

-- name: agent_health
-- one row is one agent that ever ran, with what its status is judged by; `week` is the last days, today included
with daily as (
    select
        agent,
        day,
        quantile_cont(duration_ms, 0.95) as p95
    from agent_runs
    where status = 'completed' and day > $today - $usual_days and duration_ms is not null
    group by agent, day
),
usual as (
    select agent, median(p95) as median_p95, count(*) as days_measured
    from daily
    group by agent
),
ended as (
    select
        agent,
        arg_max(status, coalesce(ended_at, last_event_at), $failed_in_a_row) as last_statuses
    from agent_runs
    where status in ('completed', 'failed') and day >= $today - $idle_days
    group by agent
),
waiting as (
    select
        coalesce(c.agent, (
            select any_value(r.agent)
            from agent_runs r
            where r.source = t.source and r.conversation_id = t.conversation_id
        )) as agent,
        count(*) as waiting,
        count(distinct coalesce(t.user_id, c.user_id)) as waiting_people,
        min(t.waiting_since) as waiting_since
    from agent_tasks t
    left join conversations c using (source, conversation_id)
    where t.waiting
    group by all
),
seen as (
    select agent, max(day) as last_run_day, max(coalesce(started_at, last_event_at)) as last_run_at
    from agent_runs
    group by agent
),
recent as (
    select
        agent,
        count(*) filter (where status = 'completed') as completed,
        count(*) filter (where status = 'failed') as failed,
        quantile_cont(duration_ms, 0.95) filter (where status = 'completed') as week_p95,
        count(*) filter (where status = 'running' and started_at > $now::timestamptz - interval 1 day) as running_now,
        count(distinct user_id) filter (
            where status = 'running' and started_at > $now::timestamptz - interval 1 day
        ) as running_people
    from agent_runs
    where day > $today - $week_days
    group by agent
)
select
    s.agent,
    s.last_run_at,
    s.last_run_day,
    e.last_statuses,
    coalesce(r.completed, 0) as week_completed,
    coalesce(r.failed, 0) as week_failed,
    {error_rate} as week_error_rate,
    r.week_p95,
    u.median_p95,
    coalesce(u.days_measured, 0) as days_measured,
    coalesce(r.running_now, 0) as running_now,
    coalesce(r.running_people, 0) as running_people,
    coalesce(w.waiting, 0) as waiting,
    coalesce(w.waiting_people, 0) as waiting_people,
    w.waiting_since
from seen s
left join recent r using (agent)
left join usual u using (agent)
left join ended e using (agent)
left join waiting w using (agent)

-- name: time_to_value
-- one row is one agent that people ran: its first completed run, and the first day on which it was in production
with people_runs as (
    select r.agent, r.day, r.user_id, sum(r.completed) as completed, sum(r.failed) as failed
    from runs_daily r
    where r.user_id is not null
      and not exists (select 1 from known_users s where s.user_id = r.user_id and s.service)
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
      and not exists (select 1 from known_agents a where a.slug = w.agent and a.status = 'draft')
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
    (select a.created_at from known_agents a where a.slug = d.agent) as created_at,
    min(d.day) filter (where d.completed > 0) as first_run_day,
    any_value(p.day) as production_day
from agent_days d
left join production p using (agent)
group by d.agent
order by d.agent
