-- name: watermark_get
-- One row: how far a job of a source has read.
select value::varchar as value from watermarks where source = $source and job = $job

-- name: watermark_put
-- Keeps the one row that says how far a job of a source has read.
insert into watermarks (source, job, value, updated_at)
values ($source, $job, $value::json, $now)
on conflict (source, job) do update set value = excluded.value, updated_at = excluded.updated_at

-- name: files_known
-- One row per content that was loaded from a file of a source, in the order in which they were.
select
    content_hash as content, path, identity, strftime(modified_at, '%Y-%m-%dT%H:%M:%S.%fZ') as modified_at,
    strftime(first_at, '%Y-%m-%dT%H:%M:%S.%fZ') as first_at, strftime(last_at, '%Y-%m-%dT%H:%M:%S.%fZ') as last_at, cut
from loaded_files
where source = $source
order by loaded_at, modified_at, path

-- name: file_put
-- Keeps the one row per content that was loaded from a file of a source.
insert into loaded_files (source, content_hash, path, rows, loaded_at, identity, modified_at, first_at, last_at, cut)
values ($source, $content_hash, $path, $rows, $now, $identity, $modified_at, $first_at, $last_at, $cut)
on conflict (source, content_hash) do update set
    path = excluded.path, rows = excluded.rows, loaded_at = excluded.loaded_at, identity = excluded.identity,
    modified_at = excluded.modified_at, first_at = excluded.first_at, last_at = excluded.last_at, cut = excluded.cut

-- name: rejects_read_again
-- One row per row set aside from a file that is read again: what is still wrong with it comes again.
update rejects
set resolved_at = $now
where source = $source and dataset in ('usage', 'focus_lines') and resolved_at is null and (raw ->> 'delivery') = $path

-- name: rejects_of_run
-- One row per row that a run set aside, in the order of files and lines: where it stands and why.
select raw ->> 'delivery' as file, try_cast(raw ->> 'line' as bigint) as line, reason, first_seen_at >= $since as new
from rejects
where source = $source and job = $job and last_seen_at >= $since and resolved_at is null
order by new desc, file, line
limit 3

-- name: reading_forget
-- Takes away from {table} how a source was read.
delete from {table} where source = $source
