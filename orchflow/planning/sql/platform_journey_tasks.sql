-- one row per task of a project that a source keeps in orch_flow
select
    t.task_id, t.project_id, t.title, t.description, t.status, t.assignee_id, t.due_date, t.is_milestone,
    t.documentation_url
from platform_journey_tasks t
where t.source = $source
order by t.order_index nulls last, t.title, t.task_id
