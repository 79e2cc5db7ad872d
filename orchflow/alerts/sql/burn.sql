-- name: burn_error_rate
-- one row is one window and value: runs that failed, and all that ended, within so many seconds before now
select
    w.seconds,
    {value} as value,
    count(*) filter (where r.status = 'failed') as used,
    count(*) as volume
from (select unnest($seconds::bigint[]) as seconds) w
join agent_runs r
    on r.day >= $since
    and r.status in ('completed', 'failed')
    and coalesce(r.ended_at, r.last_event_at) > $now::timestamptz - to_seconds(w.seconds)
    and coalesce(r.ended_at, r.last_event_at) <= $now::timestamptz
group by all

-- name: burn_cost
-- one row is one window and value: what was spent, and on how many calls, within so many seconds before now
select
    w.seconds,
    {value} as value,
    sum(u.cost) as used,
    sum(u.calls) as volume
from (select unnest($seconds::bigint[]) as seconds) w
join usage_events u
    on u.day >= $since
    and u.occurred_at > $now::timestamptz - to_seconds(w.seconds)
    and u.occurred_at <= $now::timestamptz
left join callers c using (source, caller)
group by all
