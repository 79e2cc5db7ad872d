-- one row is one line of runs of both periods: of whole days from the rollup, of a day cut short from its runs
select
    r.day,
    r.source,
    r.agent,
    case when list_contains($pooled::varchar[], coalesce(r.organization, 'UNATTRIBUTED')) then 'SMALL_GROUPS' else r.organization end as organization,
    r.user_id,
    r.runs,
    r.completed,
    r.failed
from (
    select day, source, agent, organization, user_id, runs, completed, failed
    from runs_daily
    where day between $start and $end or day between $previous_start and $whole_until
    union all
    select
        day, source, agent, organization, user_id, 1,
        (status = 'completed' and coalesce(ended_at, last_event_at) <= $runs_until::timestamptz)::bigint,
        (status = 'failed' and coalesce(ended_at, last_event_at) <= $runs_until::timestamptz)::bigint
    from agent_runs
    where day = $previous_end and coalesce(started_at, last_event_at) <= $runs_until::timestamptz
) r
