-- name: meta_create
-- one row per fact about the warehouse itself
create table meta (key varchar primary key, value varchar)

-- name: meta_get
-- one row: a fact about the warehouse
select value from meta where key = $key

-- name: meta_put
-- one row: a fact about the warehouse, new or replaced
insert into meta (key, value) values ($key, $value) on conflict (key) do update set value = excluded.value

-- name: meta_drop
-- one row: a fact about the warehouse that no longer holds
delete from meta where key = $key

-- name: schema_version
-- one row: the number of the last migration applied
select value from meta where key = 'schema_version'

-- name: versions
-- one row per topic: how often it was committed
select topic, version from data_version

-- name: versions_raise
-- one row per topic: its next version
insert into data_version (topic, version) select unnest($topics::varchar[]), 1
on conflict (topic) do update set version = version + 1
