-- name: run_begin
-- Adds the one row that records a job's run, from its start on.
insert into ingest_runs (
    run_id, source, job, kind, trigger, started_at, state, watermark_before,
    rows_read, rows_new, rows_changed, rows_rejected, rows_duplicate
)
values ($run_id, $source, $job, $kind, $trigger, $started_at, 'running', $watermark::json, 0, 0, 0, 0, 0)

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
    started_at, source, job, kind, trigger, state, finished_at, rows_read, rows_new, rows_changed, rows_rejected,
    rows_duplicate, coalesce(rows_superseded, 0) as rows_superseded, coalesce(rows_gone, 0) as rows_gone,
    watermark_before::varchar as watermark_before, watermark_after::varchar as watermark_after,
    coalesce(error, '') as error, coalesce(hint, '') as hint
from ingest_runs
where ($source is null or source = $source)
order by started_at desc, job
limit $limit

-- name: last_of_kind
-- One row: when the first run of a source began, when the newest of some kinds did, and the state of that one's newest job.
select
    min(started_at) as first_at,
    max(started_at) filter (where list_contains($kinds, kind)) as last_at,
    arg_max(state, started_at) filter (where list_contains($kinds, kind)) as state
from ingest_runs
where source = $source

-- name: newest_jobs
-- One row per job of what a source was last asked for: those of its newest run, and its newest comparison where that is newer.
select job.*
from (
    select *, row_number() over (partition by source, job order by started_at desc, run_id) as recency
    from ingest_runs
) as job
left join (
    -- a run began after the newest run of any of its jobs that was followed by another
    select source, max(started_at) filter (where recency = 2) as before, max(started_at) as newest
    from (
        select source, started_at, row_number() over (partition by source, job order by started_at desc, run_id) as recency
        from ingest_runs
        where kind <> 'reconcile'
    )
    group by source
) as run using (source)
where
    job.recency = 1
    and job.started_at >= coalesce(if(job.kind = 'reconcile', run.newest, run.before), job.started_at)

-- name: last_ingest
-- One row per job of what a source was last asked for.
select source, job, state, error, hint, started_at
from ({query:newest_jobs}) as newest
order by source, job

-- name: source_states
-- One row per source that ever ran: the state of what it was last asked for, partial when one of its jobs left something out;
-- what it failed with, or what its jobs left out; its newest success; when it was last read whole and last compared, and what
-- that comparison failed with or left out.
with asked as (
    select
        source,
        arg_max(state, telling) as state,
        bool_or(state = 'partial') as in_part,
        arg_max(coalesce(error, ''), telling) as error,
        arg_max(coalesce(hint, ''), telling) as hint,
        coalesce(string_agg(hint, chr(10) order by started_at) filter (where hint <> ''), '') as hints
    from (
        select *, (state not in ('done', 'partial'), started_at) as telling from ({query:newest_jobs}) as newest
    )
    group by source
), ever as (
    select
        source,
        max(coalesce(finished_at, started_at)) as last_run_at,
        max(finished_at) filter (where state in ('done', 'partial')) as last_success_at,
        max(started_at) filter (where kind = 'full') as full_at,
        max(started_at) filter (where kind = 'reconcile') as reconciled_at,
        arg_max(
            if(state = 'done', '', concat_ws('. ', nullif(error, ''), nullif(hint, ''))), started_at
        ) filter (where kind = 'reconcile') as reconcile_trouble
    from ingest_runs
    group by source
)
select
    source,
    if(state = 'done' and in_part, 'partial', state) as state,
    error,
    if(state in ('done', 'partial'), hints, hint) as hint,
    last_run_at,
    last_success_at,
    full_at,
    reconciled_at,
    coalesce(reconcile_trouble, '') as reconcile_trouble
from asked
join ever using (source)
order by source

-- name: errors_forget
-- Takes the reasons of failures out of a source's rows of {table}.
update {table} set error = null where source = $source and error is not null
