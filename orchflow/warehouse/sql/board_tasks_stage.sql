-- one row per delivered task of a team board, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.task_id,
    s.team_id,
    s.title,
    s.description,
    lower(s.status) as status,
    try_cast(s.is_completed as boolean) as is_completed,
    s.assigned_to,
    s.user_id,
    s.parent_task_id,
    s.project_id,
    s.sprint_id,
    moment(s.due_date) as due_date,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.task_id is null then 'task_id is missing' end,
        flag_unread('is_completed', s.is_completed),
        time_unread('due_date', s.due_date),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s
