-- one row per delivered effort, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.effort_id,
    s.organization,
    s.name,
    s.description,
    lower(s.status) as status,
    whole(s.order_index) as order_index,
    whole(s.estimated_days) as estimated_days,
    s.team_id,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.effort_id is null then 'effort_id is missing' end,
        number_unread('order_index', s.order_index),
        number_unread('estimated_days', s.estimated_days),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s
