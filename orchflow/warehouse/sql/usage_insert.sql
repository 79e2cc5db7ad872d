-- one row per usage event that the batch writes
insert into usage_events by name select * exclude (target) from incoming
