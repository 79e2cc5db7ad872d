-- one row per thread with a run without organisation or user for which its conversation or user has one by now
insert into touched_threads
select distinct r.source, coalesce(r.conversation_id, chr(31) || r.agent)
from agent_runs r
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = r.source and o.user_id = coalesce(r.user_id, c.user_id)
where (r.organization is null and coalesce(c.organization, o.organization) is not null)
    or (r.user_id is null and c.user_id is not null)
