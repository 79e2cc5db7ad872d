-- one row per delivered task, over what is stored of it: a null never replaces a value; who no longer waits waits since never
insert into fresh
with latest as (
    select
        source,
        task_id,
        arg_max(conversation_id, ordinal) as conversation_id,
        arg_max(user_id, ordinal) as user_id,
        arg_max(status, ordinal) as status,
        arg_max(waiting, ordinal) as waiting,
        arg_max(waiting_since, ordinal) as waiting_since,
        arg_max(created_at, ordinal) as created_at,
        arg_max(updated_at, ordinal) as updated_at
    from parsed
    group by source, task_id
)
select
    p.source,
    p.task_id,
    coalesce(p.conversation_id, own.conversation_id),
    coalesce(p.user_id, own.user_id),
    coalesce(p.status, own.status),
    coalesce(p.waiting, own.waiting, false) as waiting,
    case when coalesce(p.waiting, own.waiting, false)
        then coalesce(p.waiting_since, own.waiting_since, p.updated_at, p.created_at) end,
    coalesce(p.created_at, own.created_at),
    coalesce(p.updated_at, own.updated_at)
from latest p
left join agent_tasks own using (source, task_id)
