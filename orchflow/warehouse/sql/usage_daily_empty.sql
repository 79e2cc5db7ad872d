-- one row per group of every day
delete from usage_daily
