-- one row per run of the touched threads
delete from agent_runs r
using (select distinct source, thread from touched_threads) t
where t.source = r.source and t.thread = coalesce(r.conversation_id, chr(31) || r.agent)
