-- One row per run of a job, newest first.
select
    started_at, source, job, trigger, state, finished_at, rows_read, rows_new, rows_changed, rows_rejected,
    rows_duplicate, watermark_before::varchar as watermark_before, watermark_after::varchar as watermark_after,
    coalesce(error, '') as error, coalesce(hint, '') as hint
from ingest_runs
where ($source is null or source = $source)
order by started_at desc, job
limit $limit
