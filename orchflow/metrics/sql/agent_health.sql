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
        count(*) filter (where status = 'running' and started_at > $now::timestamptz - interval 1 day) as running_now
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
    coalesce(w.waiting, 0) as waiting,
    w.waiting_since
from seen s
left join recent r using (agent)
left join usual u using (agent)
left join ended e using (agent)
left join waiting w using (agent)
