-- One row per source that ever ran: its newest run of any job, its newest success, and what that last failed with.
select
    source,
    arg_max(state, started_at) as state,
    max(coalesce(finished_at, started_at)) as last_run_at,
    max(finished_at) filter (where state = 'done') as last_success_at,
    arg_max(coalesce(error, ''), started_at) as error,
    arg_max(coalesce(hint, ''), started_at) as hint
from ingest_runs
group by source
order by source
