-- name: events_fold
-- one row per event of the batch: of what was delivered twice the value said later, but never a null for a value
create or replace temp table parsed as
select event_key, max(ordinal) as ordinal, arg_max(columns(* exclude (event_key, ordinal, rank)), rank)
from (select *, said_rank(delivered_at, ordinal) as rank from parsed)
group by event_key

-- name: events_match
-- one row per stored event, of any source, whose id is in the batch
create or replace temp table matched as
select e.rowid as target, e.*
from {table} e
semi join parsed p on p.event_key = e.event_key

-- name: events_fresh
-- one row per event of the batch, when nothing of it is stored yet: no comparing, no copy
create or replace temp view merging as select cast(null as bigint) as target, * from parsed

-- name: events_merging
-- one row per event of the batch over what is stored of it (target), or under it where that was said later: a null never
-- replaces a value
create or replace temp view merging as
select own.target, p.event_key, p.ordinal, {values}
from parsed p
left join (from matched where source = {source}) own on own.event_key = p.event_key
anti join (
    -- known from another source only: the same event seen through a second door
    from matched other
    where other.source <> {source}
        and other.event_key not in (select event_key from matched where source = {source})
) other on other.event_key = p.event_key and same_moment(other.occurred_at, p.occurred_at)

-- name: parsed_columns
-- one row per column of the batch as it was read
select column_name from (describe parsed)

-- name: matched_columns
-- one row per column of the stored events that the batch delivers again
select column_name from (describe matched)

-- name: events_changed
-- one row per event to be written: unknown until now (target is null) or different from what is stored; the same said by
-- another delivery is no difference
create or replace temp table merged as
select complete.*
from complete
left join matched own on own.target = complete.target
where complete.target is null or {differs}

-- name: events_remove
-- one row per stored event that the batch replaces
delete from {table} where rowid in (select target from incoming where target is not null)

-- name: events_insert
-- one row per event that the batch writes
insert into {table} by name select * exclude (target) from incoming
