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
