-- name: extract_attach
-- no row: the database to be written, in the form that every DuckDB from 1.0 on can read
attach {path} as extract (storage_version 'v1.0.0')

-- name: extract_detach
-- no row: the database is complete, or given up
detach extract

-- name: extract_table
-- one row: how many rows of the given ones the new table has
create table extract.{table} as select * from extracted

-- name: extract_more
-- one row: how many rows were added to the table
insert into extract.{table} select * from extracted

-- name: extract_about
-- no row: what one row of the table is
comment on table extract.{table} is {about}

-- name: extract_column
-- no row: what a column of the table holds
comment on column extract.{table}."{column}" is {about}
