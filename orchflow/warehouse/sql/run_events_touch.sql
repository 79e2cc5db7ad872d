-- one row per thread of runs that the batch touches, as it was and as it is
insert into touched_threads
select source, coalesce(conversation_id, chr(31) || agent) from incoming
union
select m.source, coalesce(m.conversation_id, chr(31) || m.agent) from matched m semi join incoming i on i.target = m.target
