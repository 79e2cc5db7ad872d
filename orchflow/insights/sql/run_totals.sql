-- one row is one period (current, previous) with its runs
select
    case when day between $start and $end then 'current' else 'previous' end as period,
    sum(runs)::bigint as runs,
    sum(completed)::bigint as completed,
    sum(failed)::bigint as failed,
    count(distinct user_id)::bigint as users,
    count(distinct agent)::bigint as agents
from run_lines
where day between $start and $end or day between $previous_start and $previous_end
group by all
