-- name: check_agents
-- one row is one agent that the platform lists, as far as it is still there
select slug, status, column_status, fault
from known_agents
where present
order by slug

-- name: check_answers
-- one row: how many runs were completed, and the first day of one; of the rollup, whatever its length
select coalesce(sum(completed), 0)::bigint as completed, coalesce(sum(runs), 0)::bigint as runs, min(day) filter (where completed > 0) as first_day
from runs_daily

-- name: check_foreign
-- one row: how many rows of usage are in another currency than the workspace's
select coalesce(sum(events), 0)::bigint as events
from usage_daily
where currency is not null and currency <> $currency

-- name: check_loads
-- one row is one source: what the jobs of its newest finished load read, and what of it could not be kept
select source, sum(rows_read)::bigint as rows_read, sum(rows_rejected)::bigint as rows_rejected
from (
    select *, row_number() over (partition by source, job order by started_at desc, run_id) as recency
    from ingest_runs
    where kind <> 'reconcile' and state in ('done', 'partial')
)
where recency = 1
group by source
order by source

-- name: check_compared
-- one row is one source that was compared with its platform: its newest whole comparison, and how many rows differed
select
    source,
    max(finished_at) as finished_at,
    arg_max(coalesce(rows_new, 0) + coalesce(rows_changed, 0) + coalesce(rows_gone, 0), finished_at)::bigint as differing
from ingest_runs
where kind = 'reconcile' and state = 'done'
group by source
order by source
