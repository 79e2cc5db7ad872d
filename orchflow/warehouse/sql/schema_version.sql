-- one row: the number of the last migration applied
select value from meta where key = 'schema_version'
