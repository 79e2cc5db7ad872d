-- one row per group of the touched days
insert into usage_daily by name from folded
