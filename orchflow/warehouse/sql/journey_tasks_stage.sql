-- one row per delivered task of a project, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.task_id,
    s.project_id,
    s.title,
    s.description,
    lower(s.status) as status,
    s.assignee_id,
    moment(s.due_date)::date as due_date,
    whole(s.order_index) as order_index,
    try_cast(s.is_milestone as boolean) as is_milestone,
    s.documentation_url,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.task_id is null then 'task_id is missing' end,
        time_unread('due_date', s.due_date),
        number_unread('order_index', s.order_index),
        flag_unread('is_milestone', s.is_milestone),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s
