-- one row per project of an effort that a source keeps in orch_flow
select p.project_id, p.effort_id, p.name, p.description, p.status
from platform_projects p
where p.source = $source
order by p.order_index nulls last, p.name, p.project_id
