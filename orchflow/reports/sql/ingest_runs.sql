-- one row is one run of one job of one source, the newest first
select
    run_id,
    source,
    job,
    trigger,
    started_at,
    finished_at,
    state,
    rows_read,
    rows_new,
    rows_changed,
    rows_rejected,
    rows_duplicate,
    error,
    hint
from ingest_runs
order by started_at desc, run_id
