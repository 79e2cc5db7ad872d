-- one row is one agent, as the platform lists it or as runs name it
with listed as (
    select
        slug as agent,
        arg_max(name, updated_at) filter (where name is not null) as name,
        arg_max(description, updated_at) filter (where description is not null) as description,
        arg_max(agent_type, updated_at) filter (where agent_type is not null) as agent_type,
        arg_max(department, updated_at) filter (where department is not null) as department,
        arg_max(status, updated_at) filter (where status is not null) as platform_status,
        arg_max(provider, updated_at) filter (where provider is not null) as provider,
        arg_max(model, updated_at) filter (where model is not null) as model,
        min(created_at) as created_at,
        bool_or(present) as present,
        list_sort(list_distinct(flatten(list(coalesce(organizations, []::varchar[]))))) as organizations,
        list_sort(list(distinct source)) as sources
    from (select * replace (coalesce(updated_at, created_at, 'epoch'::timestamptz) as updated_at) from agents)
    group by slug
),
named as (
    select agent, list_sort(list(distinct source)) as sources
    from agent_runs
    group by agent
)
select
    coalesce(l.agent, n.agent) as agent,
    l.name,
    l.description,
    l.agent_type,
    l.department,
    l.platform_status,
    l.provider,
    l.model,
    l.created_at,
    coalesce(l.present, false) as present,
    l.agent is not null as listed,
    coalesce(l.organizations, []::varchar[]) as organizations,
    coalesce(l.sources, n.sources) as sources
from listed l
full join named n using (agent)
order by agent
