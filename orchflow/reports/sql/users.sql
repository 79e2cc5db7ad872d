-- one row is one user of the platform and the person here who it is
select
    u.user_id,
    u.source,
    u.email,
    u.display_name,
    u.organization,
    u.status,
    u.service,
    u.present,
    u.created_at,
    (
        select string_agg(distinct r.role, ', ' order by r.role)
        from platform_roles r
        where r.source = u.source and r.user_id = u.user_id
    ) as roles,
    (
        select min(p.username)
        from people p
        where p.platform_user_id = u.user_id or lower(p.email) = lower(u.email)
    ) as username
from platform_users u
order by u.email, u.user_id, u.source
