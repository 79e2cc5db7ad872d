-- one row per group of every day
delete from runs_daily
