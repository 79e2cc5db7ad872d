-- one row per mirrored row
delete from {table}
