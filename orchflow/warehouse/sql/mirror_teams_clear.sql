-- one row per mirrored member of a team
delete from people_teams
