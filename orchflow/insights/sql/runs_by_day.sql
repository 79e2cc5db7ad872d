-- one row is one day of the period with its runs
select
    day,
    sum(runs)::bigint as runs,
    sum(completed)::bigint as completed,
    sum(failed)::bigint as failed
from run_lines
where day between $start and $end
group by day
order by day
