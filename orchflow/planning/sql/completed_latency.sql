-- one row: the 95th percentile, in milliseconds, of the runs that were completed in a period
select quantile_cont(duration_ms, 0.95) as p95
from agent_runs
where status = 'completed' and duration_ms is not null and day between $start and $end
