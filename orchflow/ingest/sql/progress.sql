-- name: watermark_get
-- One row: how far a job of a source has read.
select value::varchar as value from watermarks where source = $source and job = $job

-- name: watermark_put
-- Keeps the one row that says how far a job of a source has read.
insert into watermarks (source, job, value, updated_at)
values ($source, $job, $value::json, $now)
on conflict (source, job) do update set value = excluded.value, updated_at = excluded.updated_at

-- name: files_known
-- One row per content that was loaded from a file of a source.
select content_hash from loaded_files where source = $source order by content_hash

-- name: file_put
-- Keeps the one row per content that was loaded from a file of a source.
insert into loaded_files (source, content_hash, path, rows, loaded_at)
values ($source, $content_hash, $path, $rows, $now)
on conflict (source, content_hash) do update set path = excluded.path, rows = excluded.rows, loaded_at = excluded.loaded_at
