-- name: content_seen_create
-- One row per row of the file seen so far, known by half of its content's hash.
create temporary table seen (content_hash ubigint not null)

-- name: content_seen_add
-- Adds one row per incoming row to those seen.
insert into seen select md5_number_lower(content) from incoming

-- name: content_ids
-- One row per incoming row, in order: its id, unlike that of an equal row before it.
with hashed as materialized (
    select
        ordinal,
        md5(content) as digest,
        md5_number_lower(content) as content_hash,
        row_number() over (partition by content order by ordinal) as nth
    from incoming
),
before as (
    select content_hash, count(*) as times
    from seen
    where content_hash in (select content_hash from hashed)
    group by content_hash
)
select 'row-' || hashed.digest || '-' || (hashed.nth + coalesce(before.times, 0)) as event_id
from hashed
left join before using (content_hash)
order by hashed.ordinal
