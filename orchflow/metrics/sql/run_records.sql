-- one row is one run of both periods; of a day cut short as it stood then
select
    r.day,
    r.source,
    r.agent,
    case when list_contains($pooled::varchar[], coalesce(r.organization, 'UNATTRIBUTED')) then 'SMALL_GROUPS' else r.organization end as organization,
    r.user_id,
    case
        when r.day <> $previous_end or $runs_until is null or coalesce(r.ended_at, r.last_event_at) <= $runs_until::timestamptz then r.status
        else 'running'
    end as status,
    r.duration_ms
from agent_runs r
where r.day between $start and $end
    or r.day between $previous_start and $whole_until
    or (r.day = $previous_end and coalesce(r.started_at, r.last_event_at) <= $runs_until::timestamptz)
