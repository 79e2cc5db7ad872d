-- one row is one agent of one source
select
    a.slug,
    a.source,
    a.name,
    a.description,
    a.agent_type,
    a.department,
    array_to_string(a.organizations, ', ') as organizations,
    a.status,
    a.provider,
    a.model,
    a.present,
    a.created_at,
    a.updated_at
from agents a
order by a.slug, a.source
