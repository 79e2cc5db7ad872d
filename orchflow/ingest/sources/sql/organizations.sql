-- One row per organisation.
select slug, name, description
from public.organizations
order by slug
