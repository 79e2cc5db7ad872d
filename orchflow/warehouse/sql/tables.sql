-- one row per table of the open database
select table_name from duckdb_tables() where database_name = current_database() and not temporary
