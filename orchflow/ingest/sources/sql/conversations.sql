-- One row per conversation last active since orchflow.since, oldest first.
select c.*
from (select null::text as organization_slug, null::timestamptz as created_at) as absent
cross join lateral (
    select
        id::text as conversation_id,
        agent_name::text as agent,
        organization_slug::text as organization,
        user_id::text as user_id,
        coalesce(started_at, created_at) as started_at,
        last_active_at
    from public.conversations
) as c
where c.last_active_at is null or c.last_active_at >= current_setting('orchflow.since')::timestamptz
order by c.last_active_at nulls first
