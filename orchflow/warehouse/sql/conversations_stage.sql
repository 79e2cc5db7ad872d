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
