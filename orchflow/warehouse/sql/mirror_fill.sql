-- one row per row of the plan store
insert into {table} by name from mirrored
