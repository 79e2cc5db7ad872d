-- name: labels
-- one row is one value of a dimension that has a name of its own
select 'agent' as dimension, slug as value, name as label
from known_agents
where name is not null
union all
select 'organization', slug, name
from known_organizations
where name is not null
union all
select 'user', user_id, coalesce(display_name, email)
from known_users
where coalesce(display_name, email) is not null
union all
select 'team', id::varchar, name
from teams
union all
select 'project', id::varchar, concat(number, ' ', name)
from projects

-- name: options
-- one row is one value that a filter offers
select 'source' as dimension, source as value from callers_daily where source is not null
union
select 'source', source from runs_daily where source is not null
union
select 'provider', coalesce(provider, 'UNATTRIBUTED') from callers_daily
union
select 'provider', coalesce(provider, 'UNATTRIBUTED') from expenses_daily
union
select 'part', part from expenses_daily
union
select 'part', 'llm' from (from callers_daily limit 1) where exists (from expenses_daily)
union
select unnest(['service', 'team', 'project']), 'UNATTRIBUTED' from (from callers_daily limit 1) where exists (from expenses_daily)
union
select 'service', coalesce(service, 'UNATTRIBUTED') from expenses_daily
union
select 'team', coalesce(team_id::varchar, 'UNATTRIBUTED') from expenses_daily
union
select 'project', coalesce(project_id::varchar, 'UNATTRIBUTED') from expenses_daily
union
select 'agent', coalesce(agent, 'UNATTRIBUTED') from expenses_daily
union
select 'model', coalesce(model, 'UNATTRIBUTED') from callers_daily
union
select 'agent', slug from agents
union
select 'agent', coalesce(c.agent, 'UNATTRIBUTED') from (select distinct source, caller from callers_daily) u
left join callers c using (source, caller)
union
select 'agent', agent from runs_daily where agent is not null
union
select 'organization', coalesce(organization, 'UNATTRIBUTED')
from (select distinct organization from callers_daily union select distinct organization from runs_daily)
where not list_contains($small::varchar[], coalesce(organization, 'UNATTRIBUTED'))
union
select 'user', coalesce(user_id, 'UNATTRIBUTED')
from (select distinct user_id from usage_daily union select distinct user_id from runs_daily)
where $people
order by all

-- name: prominent
-- one row is one of the values that most calls had since the first day: the seven first of each dimension
with calls as (
    select u.provider, u.model, c.agent, u.organization, u.user_id, sum(u.calls) as calls
    from usage_daily u
    left join callers c using (source, caller)
    group by all
)
select dimension, value, sum(calls) as calls
from (
    select 'provider' as dimension, provider as value, calls from calls
    union all
    select 'model', model, calls from calls
    union all
    select 'agent', agent, calls from calls
    union all
    select 'organization', organization, calls from calls
    union all
    select 'user', user_id, calls from calls
)
where value is not null
group by dimension, value
qualify row_number() over (partition by dimension order by sum(calls) desc, value) <= 7
order by dimension, sum(calls) desc, value
