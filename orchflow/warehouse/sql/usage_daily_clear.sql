-- one row per group of the touched days
delete from usage_daily where day in (select day from usage_delta)
