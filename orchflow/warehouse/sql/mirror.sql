-- name: mirror_columns
-- no row: the columns of a mirrored table
from {table} limit 0

-- name: mirror_clear
-- one row per mirrored row
delete from {table}

-- name: mirror_remove
-- one row per mirrored row that was changed or deleted
delete from {table} where id in (select unnest($ids::bigint[]))

-- name: mirror_fill
-- one row per row of the plan store
insert into {table} by name from mirrored
