-- one row per mirrored row that was changed or deleted
delete from {table} where id in (select unnest($ids::bigint[]))
