-- one row: how many rows each rollup has
select
    (select count(*) from usage_daily) as usage_daily,
    (select count(*) from agent_runs) as agent_runs,
    (select count(*) from runs_daily) as runs_daily
