-- name: organizations_stage
-- one row per delivered organisation (the platform writes * for all of them, which is none), read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.slug,
    s.name,
    s.description,
    true as present,
    case when s.slug is null then 'slug is missing' end as reason
from staged s
where s.slug is distinct from '*'

-- name: users_stage
-- one row per delivered user of the platform, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.user_id,
    s.email,
    s.display_name,
    nullif(s.organization, '*') as organization,
    lower(s.status) as status,
    moment(s.created_at) as created_at,
    coalesce(try_cast(s.service as boolean), false) as service,
    true as present,
    coalesce(
        case when s.user_id is null then 'user_id is missing' end,
        time_unread('created_at', s.created_at),
        flag_unread('service', s.service)
    ) as reason
from staged s

-- name: roles_stage
-- one row per delivered role of a user in an organisation, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.user_id,
    s.organization,
    s.role,
    coalesce(
        case when s.user_id is null then 'user_id is missing' end,
        case when s.organization is null then 'organization is missing' end,
        case when s.role is null then 'role is missing' end
    ) as reason
from staged s

-- name: teams_stage
-- one row per delivered team, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.team_id,
    s.organization,
    s.name,
    s.description,
    case when s.team_id is null then 'team_id is missing' end as reason
from staged s

-- name: team_members_stage
-- one row per delivered member of a team, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.team_id,
    s.user_id,
    s.role,
    coalesce(
        case when s.team_id is null then 'team_id is missing' end,
        case when s.user_id is null then 'user_id is missing' end
    ) as reason
from staged s

-- name: agents_stage
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
