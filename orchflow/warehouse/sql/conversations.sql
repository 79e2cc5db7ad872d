-- name: conversations_fill
-- one row per delivered conversation, over what is stored of it: a null never replaces a value
insert into fresh
select
    p.source,
    p.conversation_id,
    coalesce(arg_max(p.agent, p.ordinal), any_value(own.agent)),
    coalesce(arg_max(p.organization, p.ordinal), any_value(own.organization)),
    coalesce(arg_max(p.user_id, p.ordinal), any_value(own.user_id)),
    coalesce(arg_max(p.started_at, p.ordinal), any_value(own.started_at)),
    greatest(max(p.last_active_at), any_value(own.last_active_at)),
    true as present
from parsed p
left join conversations own using (source, conversation_id)
group by p.source, p.conversation_id

-- name: tasks_fill
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

-- name: tasks_touch
-- one row per conversation with a task that is new or differs, as it was and as it is
insert into touched_threads
select source, conversation_id from fresh where conversation_id is not null
union
select t.source, t.conversation_id
from agent_tasks t
semi join fresh f using (source, task_id)
where t.conversation_id is not null
