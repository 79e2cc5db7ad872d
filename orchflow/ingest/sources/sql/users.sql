-- One row per user of the platform, inactive ones included.
select u.user_id, u.email, u.display_name, u.organization, u.status, u.created_at
from (select null::text as display_name, null::text as organization_slug, null::text as status) as absent
cross join lateral (
    select
        id::text as user_id,
        email::text as email,
        display_name::text as display_name,
        organization_slug::text as organization,
        coalesce(status::text, 'active') as status,
        created_at
    from users
) as u
order by u.user_id
