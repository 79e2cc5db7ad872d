-- name: cost_by_agent_and_month
-- one row is what one agent cost in one month
select
    date_trunc('month', day)::date as month,
    coalesce(agent, '(no agent)') as agent,
    sum(calls) as calls,
    sum(cost) as cost
from usage_daily
group by all
order by month desc, cost desc nulls last

-- name: cost_by_provider_and_model
-- one row is one model in the last 30 days: its calls, its cost, and what a thousand tokens cost
select
    provider,
    model,
    sum(calls) as calls,
    sum(cost) as cost,
    1000 * sum(cost) / nullif(sum(input_tokens + output_tokens), 0) as cost_per_1000_tokens
from usage_daily
where day > (select max(day) from usage_daily) - 30
group by all
order by cost desc nulls last

-- name: cost_of_a_completed_run
-- one row is one agent: its completed runs, its cost, and what each of them cost
with runs as (
    select agent, count(*) filter (where status = 'completed') as completed from agent_runs group by agent
),
spent as (
    select agent, sum(cost) as cost from usage_daily where agent is not null group by agent
)
select agent, completed, cost, cost / nullif(completed, 0) as cost_of_a_run
from runs
full join spent using (agent)
order by cost desc nulls last

-- name: failures_by_agent_and_week
-- one row is one agent in one week: its runs, those that failed, and their share
select
    date_trunc('week', started_at)::date as week,
    agent,
    count(*) filter (where status in ('completed', 'failed')) as runs,
    count(*) filter (where status = 'failed') as failed,
    count(*) filter (where status = 'failed')
        / nullif(count(*) filter (where status in ('completed', 'failed')), 0) as error_rate
from agent_runs
where started_at is not null
group by all
order by week desc, failed desc

-- name: slowest_agents
-- one row is one agent: how long half and how long 95 of 100 of its completed runs took at most, in seconds
select
    agent,
    count(*) as runs,
    quantile_cont(duration_ms, 0.5) / 1000 as p50_seconds,
    quantile_cont(duration_ms, 0.95) / 1000 as p95_seconds
from agent_runs
where status = 'completed' and duration_ms is not null
group by agent
order by p95_seconds desc

-- name: people_active_by_week
-- one row is one week: how many users called a model, and how many on three days or more
with days as (
    select date_trunc('week', day)::date as week, user_id, count(distinct day) as days
    from usage_daily
    where user_id is not null
    group by all
)
select week, count(*) as people, count(*) filter (where days >= 3) as on_three_days
from days
group by week
order by week desc

-- name: calls_without_a_price
-- one row is one model whose calls have no cost, and how many there are
select provider, model, currency, sum(calls) as calls, min(day) as first_day, max(day) as last_day
from usage_daily
where cost is null and calls > 0
group by all
order by calls desc

-- name: tasks_done_by_week
-- one row is one week: how many times a task was set to done
select date_trunc('week', occurred_at)::date as week, count(*) as done
from changes
where entity = 'task' and field = 'status' and new = 'done'
group by week
order by week desc

-- name: progress_by_project
-- one row is one project: its tasks, its points, and the share of both that is done
select
    effort,
    project,
    project_name,
    count(*) as tasks,
    count(*) filter (where status = 'done') / count(*) as share_of_tasks,
    sum(points) as points,
    sum(points) filter (where status = 'done') / nullif(sum(points), 0) as share_of_points
from tasks
where status <> 'cancelled'
group by all
order by effort, project

-- name: overdue_tasks
-- one row is one open task whose due day is over, the oldest first
select id, project, title, assignee, status, due, today.day - due as days_late
from tasks
cross join (select value::date as day from about where key = 'day') as today
where due < today.day and status not in ('done', 'cancelled')
order by due, id

-- name: points_by_sprint
-- one row is one sprint: the points that are in it, and those of done tasks
select
    s.team, s.number, s.name, s.state, s.start, s."end",
    sum(t.points) as points,
    sum(t.points) filter (where t.status = 'done') as points_done
from sprints s
left join tasks t on t.sprint_id = s.id
group by all
order by s.start desc

-- name: cost_beside_progress
-- one row is one effort: what the agents that its rows are linked to cost, beside the share of its tasks that is done
with linked as (
    select distinct t.effort, t.effort_name, l.target as agent
    from links l
    join tasks t on (l.entity = 'task' and l.entity_id = t.id) or (l.entity = 'project' and l.entity_id = t.project_id)
    where l.kind = 'agent'
),
spent as (
    select agent, sum(cost) as cost from usage_daily group by agent
),
progress as (
    select effort, count(*) filter (where status = 'done') / nullif(count(*), 0) as share_done
    from tasks
    where status <> 'cancelled'
    group by effort
)
select l.effort, l.effort_name, count(*) as agents, sum(s.cost) as cost, any_value(p.share_done) as share_done
from linked l
left join spent s using (agent)
left join progress p using (effort)
group by all
order by l.effort

-- name: figures_side_by_side
-- one row is one day with some figures beside each other
pivot (select day, metric, value from metrics where dimension is null and day is not null)
on metric in ('cost', 'runs', 'error_rate', 'throughput')
using any_value(value)
group by day
order by day desc

-- name: what_a_table_is
-- one row is one column of this file, with what it holds
select table_name, column_name, data_type, comment
from duckdb_columns()
where not internal and database_name = current_database()
order by table_name, column_index
