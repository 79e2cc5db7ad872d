-- one row per conversation with a task that is new or differs, as it was and as it is
insert into touched_threads
select source, conversation_id from fresh where conversation_id is not null
union
select t.source, t.conversation_id
from agent_tasks t
semi join fresh f using (source, task_id)
where t.conversation_id is not null
