-- one row is one organisation of one source
select slug, source, name, description, present
from organizations
where not coalesce(list_contains($pooled::varchar[], slug), false)
order by slug, source
