-- one row per run there is
delete from agent_runs
