-- what several sources tell of one platform is one list: agents and organisations by slug, users by id
create view known_agents as
select
    slug,
    arg_max(name, stated_at) as name,
    arg_max(description, stated_at) as description,
    arg_max(agent_type, stated_at) as agent_type,
    arg_max(department, stated_at) as department,
    list_sort(list_distinct(flatten(list(coalesce(organizations, []::varchar[]))))) as organizations,
    arg_max(status, stated_at) as status,
    arg_max(column_status, stated_at) as column_status,
    arg_max(fault, stated_at) filter (where present) as fault,
    arg_max(provider, stated_at) as provider,
    arg_max(model, stated_at) as model,
    bool_or(present) as present,
    min(created_at) as created_at,
    max(updated_at) as updated_at,
    list_sort(list(distinct source)) as sources
from (select *, coalesce(updated_at, created_at, 'epoch'::timestamptz) as stated_at from agents)
group by slug;

create view known_users as
select
    user_id,
    arg_min(nullif(email, ''), source) as email,
    arg_min(nullif(display_name, ''), source) as display_name,
    arg_min(organization, source) as organization,
    case
        when bool_or(present and coalesce(status, 'active') = 'active') then 'active'
        else coalesce(arg_min(status, source) filter (where present), min(status))
    end as status,
    bool_or(coalesce(service, false)) as service,
    bool_or(present) as present,
    min(created_at) as created_at,
    list_sort(list(distinct source)) as sources
from platform_users
group by user_id;

create view known_organizations as
select
    slug,
    arg_min(nullif(name, ''), source) as name,
    arg_min(nullif(description, ''), source) as description,
    bool_or(present) as present,
    list_sort(list(distinct source)) as sources
from organizations
group by slug
