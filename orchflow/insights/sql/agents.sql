-- name: agent_recent_runs
-- one row is one run of one agent, the newest first
select
    coalesce(started_at, last_event_at) as started_at,
    status,
    duration_ms,
    user_id,
    organization,
    conversation_id,
    source,
    error
from agent_runs
where agent = $agent and day between $start and $end and coalesce(list_contains($sources::varchar[], source), true)
order by coalesce(started_at, last_event_at) desc, run_id desc
limit $row_limit

-- name: agent_errors
-- one row is one error text of one agent's failed runs, the most frequent first
select
    coalesce(error, 'No reason given') as error,
    count(*) as times,
    max(coalesce(ended_at, last_event_at)) as last_at
from agent_runs
where agent = $agent
  and status = 'failed'
  and day between $start and $end
  and coalesce(list_contains($sources::varchar[], source), true)
group by all
order by times desc, last_at desc, error
limit $row_limit
