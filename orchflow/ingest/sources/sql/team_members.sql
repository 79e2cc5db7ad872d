-- One row per user in a team.
select team_id::text as team_id, user_id::text as user_id, role::text as role
from public.team_members
order by team_id, user_id
