-- name: platform_users
-- one row per user of Orchestrator AI whom some source still knows, with the names of these
select
    array_to_string(sources, ', ') as source,
    user_id,
    email,
    coalesce(display_name, email, user_id) as display_name,
    service,
    status = 'active' as active
from known_users
where present
order by source, user_id
