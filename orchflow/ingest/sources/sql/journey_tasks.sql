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
