-- name: fresh_create
-- one row per row of the table as it is to be
create or replace temp table fresh as from {table} limit 0

-- name: fresh_repeated
-- one row: how many delivered rows repeat the key of another
select count(*) - count(distinct ({keys})) from parsed

-- name: fresh_fill
-- one row per delivered row
insert into fresh by name select * exclude (ordinal, reason) from parsed

-- name: fresh_same_drop
-- one row per row that is stored as delivered
delete from fresh where rowid in (
    select f.rowid
    from fresh f
    join (from {table} where source = $source) t using ({keys})
    where (f is not distinct from t)
)

-- name: fresh_counts
-- one row: how many rows are new and how many differ from what is stored
select count(*) filter (where t.source is null), count(*) filter (where t.source is not null)
from fresh f
left join (from {table} where source = $source) t using ({keys})

-- name: gone_absent
-- one row per stored row that its source no longer has
update {table} set present = false where source = $source and present and rowid in (
    select t.rowid from {table} t anti join staged s using ({keys}) where t.source = $source
)

-- name: gone_removed
-- one row per stored row that its source no longer has
delete from {table} where source = $source and rowid in (
    select t.rowid from {table} t anti join staged s using ({keys}) where t.source = $source
)

-- name: fresh_replaced
-- one row per stored row that a delivered one replaces
delete from {table} where rowid in (
    select t.rowid from {table} t semi join fresh f using (source, {keys})
)

-- name: fresh_insert
-- one row per row that is new or differs
insert into {table} by name from fresh
