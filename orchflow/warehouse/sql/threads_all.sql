-- one row per thread of runs there is
insert into touched_threads
select distinct source, coalesce(conversation_id, chr(31) || agent) from run_events
