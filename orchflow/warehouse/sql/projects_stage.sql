-- one row per delivered project, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.project_id,
    s.effort_id,
    s.name,
    s.description,
    lower(s.status) as status,
    whole(s.order_index) as order_index,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.project_id is null then 'project_id is missing' end,
        number_unread('order_index', s.order_index),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s
