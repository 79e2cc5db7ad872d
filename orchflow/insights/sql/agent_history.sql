-- one row is one day of the period with the runs of one agent
select
    d.day,
    count(r.run_id) as runs,
    count(r.run_id) filter (where r.status = 'completed') as completed,
    count(r.run_id) filter (where r.status = 'failed') as failed,
    quantile_cont(r.duration_ms, 0.5) filter (where r.status = 'completed') as p50,
    quantile_cont(r.duration_ms, 0.95) filter (where r.status = 'completed') as p95
from (select unnest(generate_series($start::date, $end::date, interval 1 day))::date as day) d
left join agent_runs r
    on r.day = d.day and r.agent = $agent and coalesce(list_contains($sources::varchar[], r.source), true)
group by d.day
order by d.day
