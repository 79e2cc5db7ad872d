-- name: platform_plans
-- one row per source that keeps a plan in orch_flow: how many efforts, projects and tasks
select source, sum(efforts) as efforts, sum(projects) as projects, sum(tasks) as tasks
from (
    select source, count(*) as efforts, 0 as projects, 0 as tasks from platform_efforts group by source
    union all
    select source, 0, count(*), 0 from platform_projects group by source
    union all
    select source, 0, 0, count(*) from platform_journey_tasks group by source
    union all
    select source, 0, 0, count(*) from platform_board_tasks group by source
)
group by source
order by source

-- name: platform_efforts
-- one row per effort that a source keeps in orch_flow
select e.effort_id, e.name, e.description, e.status
from platform_efforts e
where e.source = $source
order by e.order_index nulls last, e.name, e.effort_id

-- name: platform_projects
-- one row per project of an effort that a source keeps in orch_flow
select p.project_id, p.effort_id, p.name, p.description, p.status
from platform_projects p
where p.source = $source
order by p.order_index nulls last, p.name, p.project_id

-- name: platform_journey_tasks
-- one row per task of a project that a source keeps in orch_flow
select
    t.task_id, t.project_id, t.title, t.description, t.status, t.assignee_id, t.due_date, t.is_milestone,
    t.documentation_url
from platform_journey_tasks t
where t.source = $source
order by t.order_index nulls last, t.title, t.task_id

-- name: platform_sprints
-- one row per sprint of the board that a source keeps in orch_flow, with its team's name
select s.sprint_id, s.name, s.start_date, s.end_date, t.name as team
from platform_sprints s
left join platform_teams t on t.source = s.source and t.team_id = s.team_id
where s.source = $source
order by s.start_date nulls last, s.name, s.sprint_id

-- name: platform_board_tasks
-- one row per task of the board that a source keeps in orch_flow, with its team's name
select
    b.task_id, b.title, b.description, b.status, b.is_completed, b.assigned_to, b.user_id, b.parent_task_id,
    b.project_id, b.sprint_id, cast(b.due_date as date) as due_date, b.team_id, t.name as team
from platform_board_tasks b
left join platform_teams t on t.source = b.source and t.team_id = b.team_id
where b.source = $source
order by b.created_at nulls last, b.title, b.task_id
