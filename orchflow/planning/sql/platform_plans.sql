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
