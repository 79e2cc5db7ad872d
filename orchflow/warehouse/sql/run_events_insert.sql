-- one row per run event that the batch writes
insert into run_events by name select * exclude (target) from incoming
