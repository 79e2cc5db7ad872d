-- name: efforts
-- One row per effort.
select e.*
from (select null::uuid as team_id, null::integer as estimated_days) as absent
cross join lateral (
    select
        id::text as effort_id,
        organization_slug::text as organization,
        name,
        description,
        status::text as status,
        order_index,
        estimated_days,
        team_id::text as team_id,
        created_at,
        updated_at
    from orch_flow.efforts
) as e
order by e.effort_id

-- name: projects
-- One row per project of an effort.
select
    id::text as project_id,
    effort_id::text as effort_id,
    name,
    description,
    status::text as status,
    order_index,
    created_at,
    updated_at
from orch_flow.projects
order by id

-- name: journey_tasks
-- One row per task of a project of the journey.
select
    id::text as task_id,
    project_id::text as project_id,
    title,
    description,
    status::text as status,
    assignee_id::text as assignee_id,
    due_date,
    order_index,
    is_milestone,
    documentation_url,
    created_at,
    updated_at
from orch_flow.tasks
order by id

-- name: sprints
-- One row per sprint of a team.
select id::text as sprint_id, team_id::text as team_id, name, start_date, end_date, is_active
from orch_flow.sprints
order by id

-- name: board_tasks
-- One row per task on a team's board.
select t.*
from (
    select
        null::text as description, null::uuid as parent_task_id, null::uuid as project_id,
        null::uuid as sprint_id, null::timestamptz as due_date
) as absent
cross join lateral (
    select
        id::text as task_id,
        team_id::text as team_id,
        title,
        description,
        status::text as status,
        is_completed,
        assigned_to,
        user_id::text as user_id,
        parent_task_id::text as parent_task_id,
        project_id::text as project_id,
        sprint_id::text as sprint_id,
        due_date,
        created_at,
        updated_at
    from orch_flow.shared_tasks
) as t
order by t.task_id
