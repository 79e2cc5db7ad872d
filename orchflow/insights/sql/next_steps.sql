-- name: last_ingest
-- one row is one job of one source with the run that began last
select source, job, arg_max(state, started_at) as state, arg_max(error, started_at) as error,
    arg_max(hint, started_at) as hint, max(started_at) as started_at
from ingest_runs
group by source, job
order by source, job
