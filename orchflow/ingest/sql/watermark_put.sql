-- Keeps the one row that says how far a job of a source has read.
insert into watermarks (source, job, value, updated_at)
values ($source, $job, $value::json, $now)
on conflict (source, job) do update set value = excluded.value, updated_at = excluded.updated_at
