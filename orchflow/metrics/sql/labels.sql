-- one row is one value of a dimension that has a name of its own
select 'agent' as dimension, slug as value, any_value(name) as label
from agents
where name is not null
group by slug
union all
select 'organization', slug, any_value(name)
from organizations
where name is not null
group by slug
union all
select 'user', user_id, any_value(coalesce(nullif(display_name, ''), email))
from platform_users
where coalesce(nullif(display_name, ''), email) is not null
group by user_id
