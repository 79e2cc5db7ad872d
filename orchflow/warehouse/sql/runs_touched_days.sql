-- one row per day of the touched threads' runs
insert into touched_days
select distinct r.day
from agent_runs r
semi join touched_threads t on t.source = r.source and t.thread = coalesce(r.conversation_id, chr(31) || r.agent)
