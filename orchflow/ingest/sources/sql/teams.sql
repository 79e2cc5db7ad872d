-- One row per team.
select id::text as team_id, org_slug::text as organization, name, description
from public.teams
order by id
