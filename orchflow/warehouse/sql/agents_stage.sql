-- one row per delivered agent, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.slug,
    s.name,
    s.description,
    s.agent_type,
    s.department,
    s.organizations,
    lower(s.status) as status,
    s.model,
    s.provider,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    true as present,
    coalesce(
        case when s.slug is null then 'slug is missing' end,
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s
