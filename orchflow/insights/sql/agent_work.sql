-- one row is one agent with its runs in the period; durations are those of completed runs
select
    r.agent,
    count(*) as runs,
    count(*) filter (where r.status = 'completed') as completed,
    count(*) filter (where r.status = 'failed') as failed,
    quantile_cont(r.duration_ms, 0.5) filter (where r.status = 'completed') as p50,
    quantile_cont(r.duration_ms, 0.95) filter (where r.status = 'completed') as p95,
    count(distinct r.user_id) as users
from agent_runs r
where r.day between $start and $end
  and coalesce(list_contains($sources::varchar[], r.source), true)
  and coalesce(list_contains($agents::varchar[], r.agent), true)
  and coalesce(list_contains($users::varchar[], coalesce(r.user_id, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($organizations::varchar[], coalesce(case
          when list_contains($pooled::varchar[], r.organization) then 'SMALL_GROUPS' else r.organization
      end, 'UNATTRIBUTED')), true)
group by r.agent
