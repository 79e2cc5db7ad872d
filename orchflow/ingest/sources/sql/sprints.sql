-- One row per sprint of a team.
select id::text as sprint_id, team_id::text as team_id, name, start_date, end_date, is_active
from orch_flow.sprints
order by id
