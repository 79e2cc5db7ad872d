-- One row per task on a team's board.
select
    t.task_id, t.team_id, t.title, t.description, t.status, t.is_completed, t.assigned_to, t.user_id,
    t.parent_task_id, t.project_id, t.sprint_id, t.due_date, t.created_at, t.updated_at
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
