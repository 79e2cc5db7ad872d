-- one row per group of the touched days
delete from runs_daily where day in (select day from touched_days)
