-- one row per row of the table as it is to be
create or replace temp table fresh as from {table} limit 0
