-- name: events_fold
-- one row per event of the batch: of what was delivered twice the later value, but never a null for a value
create or replace temp table parsed as
select event_key, max(ordinal) as ordinal, arg_max(columns(* exclude (event_key, ordinal)), ordinal)
from parsed
group by event_key

-- name: events_match
-- one row per stored event, of any source, whose id is in the batch
create or replace temp table matched as
select e.rowid as target, e.*
from {table} e
semi join parsed p on p.event_key = e.event_key

-- name: events_remove
-- one row per stored event that the batch replaces
delete from {table} where rowid in (select target from incoming where target is not null)

-- name: events_insert
-- one row per event that the batch writes
insert into {table} by name select * exclude (target) from incoming
