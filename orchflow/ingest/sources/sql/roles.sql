-- One row per role that a user holds in an organisation today ('*' is all of them).
select a.user_id, a.organization, a.role
from (select null::timestamptz as expires_at) as absent
cross join lateral (
    select
        held.user_id::text as user_id,
        held.organization_slug::text as organization,
        r.name::text as role
    from rbac_user_org_roles as held
    join rbac_roles as r on r.id = held.role_id
    where expires_at is null or expires_at > now()
) as a
order by a.user_id, a.organization, a.role
