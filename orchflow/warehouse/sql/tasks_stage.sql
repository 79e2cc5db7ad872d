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
