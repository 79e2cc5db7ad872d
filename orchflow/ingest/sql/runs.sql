-- name: run_begin
-- Adds the one row that records a job's run, from its start on.
insert into ingest_runs (
    run_id, source, job, trigger, started_at, state, watermark_before,
    rows_read, rows_new, rows_changed, rows_rejected, rows_duplicate
)
values ($run_id, $source, $job, $trigger, $started_at, 'running', $watermark::json, 0, 0, 0, 0, 0)

-- name: run_update
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
    rows_superseded = $superseded,
    rows_gone = $gone,
    error = $error,
    hint = $hint
where run_id = $run_id

-- name: runs_interrupt
-- Closes the records of a source's runs that never ended, because the process did.
update ingest_runs
set
    state = 'interrupted',
    finished_at = $now,
    error = 'The run was cut off before its end',
    hint = 'What was committed stays; the next run goes on from there.'
where source = $source and state = 'running'

-- name: recent_runs
-- One row per run of a job, newest first.
select
    started_at, source, job, trigger, state, finished_at, rows_read, rows_new, rows_changed, rows_rejected,
    rows_duplicate, coalesce(rows_superseded, 0) as rows_superseded, coalesce(rows_gone, 0) as rows_gone,
    watermark_before::varchar as watermark_before, watermark_after::varchar as watermark_after,
    coalesce(error, '') as error, coalesce(hint, '') as hint
from ingest_runs
where ($source is null or source = $source)
order by started_at desc, job
limit $limit

-- name: last_start
-- One row: when the newest run of a source began.
select max(started_at) as last_start from ingest_runs where source = $source

-- name: source_states
-- One row per source that ever ran: the state of its newest run of any job, or partial when some job left something out
-- the last time it ran; its newest success, what the newest run failed with, and what the jobs of one that did not fail left out.
with jobs as (
    select
        source,
        job,
        max(started_at) as started_at,
        max(coalesce(finished_at, started_at)) as ended_at,
        max(finished_at) filter (where state in ('done', 'partial')) as succeeded_at,
        arg_max(state, started_at) as state,
        arg_max(coalesce(error, ''), started_at) as error,
        arg_max(coalesce(hint, ''), started_at) as hint
    from ingest_runs
    group by source, job
)
select
    source,
    case
        when arg_max(state, started_at) in ('done', 'partial') and bool_or(state = 'partial') then 'partial'
        else arg_max(state, started_at)
    end as state,
    max(ended_at) as last_run_at,
    max(succeeded_at) as last_success_at,
    arg_max(error, started_at) as error,
    case
        when arg_max(state, started_at) in ('done', 'partial')
            then coalesce(string_agg(hint, chr(10) order by started_at) filter (where hint <> ''), '')
        else arg_max(hint, started_at)
    end as hint
from jobs
group by source
order by source

-- name: errors_forget
-- Takes the reasons of failures out of a source's rows of {table}.
update {table} set error = null where source = $source and error is not null

-- name: last_start_of_job
-- One row: when the newest run of a job of a source began.
select max(started_at) as last_start from ingest_runs where source = $source and job = $job
