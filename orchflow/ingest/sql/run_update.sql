-- Brings the one row that records a job's run up to date.
update ingest_runs
set
    state = $state,
    finished_at = $finished_at,
    watermark_after = $watermark::json,
    rows_read = $read,
    rows_new = $new,
    rows_changed = $changed,
    rows_rejected = $rejected,
    rows_duplicate = $duplicate,
    error = $error,
    hint = $hint
where run_id = $run_id
