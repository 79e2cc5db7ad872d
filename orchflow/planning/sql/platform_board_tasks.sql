-- one row per task of the board that a source keeps in orch_flow, with its team's name
select
    b.task_id, b.title, b.description, b.status, b.is_completed, b.assigned_to, b.user_id, b.parent_task_id,
    b.project_id, b.sprint_id, cast(b.due_date as date) as due_date, b.team_id, t.name as team
from platform_board_tasks b
left join platform_teams t on t.source = b.source and t.team_id = b.team_id
where b.source = $source
order by b.created_at nulls last, b.title, b.task_id
