-- name: safe_settings
-- no row: times are UTC, and from here on no statement reads or writes outside the data directory, nor undoes this
set global timezone = 'UTC';
set allowed_directories = [{folder}];
set enable_external_access = false;
set lock_configuration = true

-- name: database_name
-- one row: the name under which the open file is known
select current_database()

-- name: tables
-- one row per table of the open database
select table_name from duckdb_tables() where database_name = current_database() and not temporary

-- name: table_contents
-- one row: how many rows a table has, and a number that depends on every value in them
select count(*), bit_xor(hash(each_row)) from {table} as each_row

-- name: checkpoint
-- no row: the write-ahead log moves into the file
checkpoint

-- name: backup_attach
-- no row: the copy to be written
attach {path} as backup_copy

-- name: backup_copy
-- no row: everything committed so far, as of one instant
copy from database {origin} to backup_copy

-- name: backup_detach
-- no row: the copy is complete
detach backup_copy
