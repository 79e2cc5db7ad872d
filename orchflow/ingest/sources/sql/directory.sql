-- name: organizations
-- One row per organisation.
select slug, name, description
from public.organizations
order by slug

-- name: users
-- One row per user of the platform, inactive ones included.
select u.*
from (select null::text as display_name, null::text as organization_slug, null::text as status) as absent
cross join lateral (
    select
        id::text as user_id,
        email::text as email,
        display_name::text as display_name,
        organization_slug::text as organization,
        coalesce(status::text, 'active') as status,
        created_at
    from identity.users
) as u
order by u.user_id

-- name: roles
-- One row per role that a user holds in an organisation today ('*' is all of them).
select a.*
from (select null::timestamptz as expires_at) as absent
cross join lateral (
    select
        held.user_id::text as user_id,
        held.organization_slug::text as organization,
        r.name::text as role
    from identity.rbac_user_org_roles as held
    join identity.rbac_roles as r on r.id = held.role_id
    where expires_at is null or expires_at > now()
) as a
order by a.user_id, a.organization, a.role

-- name: teams
-- One row per team.
select id::text as team_id, org_slug::text as organization, name, description
from public.teams
order by id

-- name: team_members
-- One row per user in a team.
select team_id::text as team_id, user_id::text as user_id, role::text as role
from public.team_members
order by team_id, user_id

-- name: agents
-- One row per agent. `definition` is all of its row, of the prompt only whether there is one: what runs is what the metadata
-- say, which may differ from the column status; an installation without that column has only active ones.
select a.*
from (
    select
        null::text as status, null::text as department, null::text as agent_type, null::jsonb as llm_config
) as absent
cross join lateral (
    select
        slug,
        name,
        description,
        agent_type,
        department,
        organization_slug::text as organizations,
        coalesce(status, 'active') as status,
        (
            to_jsonb(g) || case
                when to_jsonb(g) ? 'context'
                    then jsonb_build_object('context', btrim(coalesce(to_jsonb(g) ->> 'context', '')) <> '')
                else '{}'
            end
        )::text as definition,
        llm_config ->> 'provider' as provider,
        llm_config ->> 'model' as model,
        created_at,
        updated_at
    from public.agents as g
) as a
order by a.slug
