-- one row per person of the plan store
insert into people by name from mirrored_people
