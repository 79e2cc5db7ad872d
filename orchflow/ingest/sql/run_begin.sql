-- Adds the one row that records a job's run, from its start on.
insert into ingest_runs (
    run_id, source, job, trigger, started_at, state, watermark_before,
    rows_read, rows_new, rows_changed, rows_rejected, rows_duplicate
)
values ($run_id, $source, $job, $trigger, $started_at, 'running', $watermark::json, 0, 0, 0, 0, 0)
