-- one row is one agent with its runs in the period and in the one before
select
    coalesce(agent, 'UNATTRIBUTED') as agent,
    coalesce(sum(runs) filter (where day between $start and $end), 0)::bigint as runs,
    coalesce(sum(completed) filter (where day between $start and $end), 0)::bigint as completed,
    coalesce(sum(failed) filter (where day between $start and $end), 0)::bigint as failed,
    coalesce(sum(runs) filter (where day between $previous_start and $previous_end), 0)::bigint as previous_runs,
    coalesce(sum(completed) filter (where day between $previous_start and $previous_end), 0)::bigint
        as previous_completed,
    coalesce(sum(failed) filter (where day between $previous_start and $previous_end), 0)::bigint as previous_failed
from run_lines
where day between $start and $end or day between $previous_start and $previous_end
group by all
