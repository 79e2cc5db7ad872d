-- one row per effort that a source keeps in orch_flow
select e.effort_id, e.name, e.description, e.status
from platform_efforts e
where e.source = $source
order by e.order_index nulls last, e.name, e.effort_id
