-- one row per row that is new or differs
insert into {table} by name from fresh
