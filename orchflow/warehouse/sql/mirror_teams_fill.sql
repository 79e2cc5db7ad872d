-- one row per member of a team of the plan store
insert into people_teams by name from mirrored_teams
