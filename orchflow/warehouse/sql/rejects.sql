-- name: refused_none
-- one row per row refused by the batch: none yet
create or replace temp table refused (reject_key uhugeint, raw json, reason varchar)

-- name: rejects_from_batch
-- one row per delivered row that cannot be kept, in its raw form; where it stood says nothing of which row it is
create or replace temp table refused as
select
    md5_number(concat_ws(
        chr(31), $source, $dataset,
        -- of a line that is no row nothing is known but where it stands
        json_merge_patch(raw, if(
            raw ->> 'event_id' is null, '{"delivered_at": null}', '{"line": null, "delivery": null, "delivered_at": null}'
        )::json)
    )) as reject_key,
    arg_min(raw, ordinal) as raw,
    max(reason) as reason
from (
    select s.ordinal, json_merge_patch(to_json(s), '{"ordinal": null}') as raw, p.reason
    from parsed p
    join staged s on s.ordinal = p.ordinal
    where p.reason is not null
)
group by reject_key

-- name: rejects_new
-- one row per reject seen for the first time
insert into rejects
select f.reject_key, $source, $job, $dataset, f.reason, f.raw, $now, $now, 1, null
from refused f
anti join rejects r on r.reject_key = f.reject_key

-- name: rejects_seen
-- one row per reject that was delivered again
update rejects
set reason = f.reason, last_seen_at = $now, attempts = attempts + 1, resolved_at = null
from refused f
where f.reject_key = rejects.reject_key

-- name: rejects_resolve_delivered
-- one row per waiting reject whose event is in the batch in a form that can be kept
update rejects
set resolved_at = $now
where source = $source and dataset = $dataset and resolved_at is null
    and (raw ->> 'event_id') in (select event_id from parsed)

-- name: rejects_resolve
-- one row per reject that can be kept now
update rejects
set resolved_at = $now
where resolved_at is null and source = $source and dataset = $dataset
    and list_contains($tried, reject_key::varchar)
    and not exists (select 1 from refused f where f.reject_key = rejects.reject_key)

-- name: rejects_waiting
-- one row per reject that waits, oldest first
select source, dataset, reject_key::varchar as reject_key, raw::varchar as raw
from rejects
where resolved_at is null and ($source is null or source = $source)
order by first_seen_at, reject_key

-- name: rejects_open
-- one row: how many rejects of the dataset wait
select count(*) from rejects where source = $source and dataset = $dataset and resolved_at is null
