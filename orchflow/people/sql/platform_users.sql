-- name: platform_users
-- one row per user of Orchestrator AI that a source still knows
select
    source,
    user_id,
    email,
    coalesce(nullif(display_name, ''), email, user_id) as display_name,
    coalesce(service, false) as service,
    coalesce(status, 'active') = 'active' as active
from platform_users
where coalesce(present, true)
order by source, user_id
