-- One row per agent; an installation without a status column has only active ones.
select
    a.slug, a.name, a.description, a.agent_type, a.department, a.organizations, a.status,
    a.provider, a.model, a.created_at, a.updated_at
from (
    select null::text as status, null::text as department, null::text as agent_type, null::jsonb as llm_config
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
        llm_config ->> 'provider' as provider,
        llm_config ->> 'model' as model,
        created_at,
        updated_at
    from public.agents
) as a
order by a.slug
