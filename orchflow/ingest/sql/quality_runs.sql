-- One row: what all runs of a source dropped as duplicate, and when it last succeeded.
select
    coalesce(sum(rows_duplicate), 0)::bigint as duplicates,
    max(finished_at) filter (where state = 'done') as last_success_at
from ingest_runs
where source = $source
