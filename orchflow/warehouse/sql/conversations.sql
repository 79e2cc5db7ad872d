-- name: conversations_stage
-- one row per delivered conversation, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.conversation_id,
    s.agent,
    s.organization,
    s.user_id,
    moment(s.started_at) as started_at,
    moment(s.last_active_at) as last_active_at,
    coalesce(
        case when s.conversation_id is null then 'conversation_id is missing' end,
        time_unread('started_at', s.started_at),
        time_unread('last_active_at', s.last_active_at)
    ) as reason
from staged s

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
    greatest(max(p.last_active_at), any_value(own.last_active_at))
from parsed p
left join conversations own using (source, conversation_id)
group by p.source, p.conversation_id

-- name: tasks_stage
-- one row per delivered task of an agent, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.task_id,
    s.conversation_id,
    s.user_id,
    lower(s.status) as status,
    try_cast(s.waiting as boolean) as waiting,
    moment(s.waiting_since) as waiting_since,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.task_id is null then 'task_id is missing' end,
        flag_unread('waiting', s.waiting),
        time_unread('waiting_since', s.waiting_since),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s

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
