-- one row per sprint of the board that a source keeps in orch_flow, with its team's name
select s.sprint_id, s.name, s.start_date, s.end_date, t.name as team
from platform_sprints s
left join platform_teams t on t.source = s.source and t.team_id = s.team_id
where s.source = $source
order by s.start_date nulls last, s.name, s.sprint_id
