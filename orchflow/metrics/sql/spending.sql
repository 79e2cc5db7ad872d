-- name: parts_of_outliers
-- one row is one value of another dimension in one day out of the ordinary: what it had that day beyond its usual same weekday
with outliers as (
    select
        unnest($numbers::bigint[]) as number,
        unnest($dimensions::varchar[]) as dimension,
        unnest($values::varchar[]) as value,
        unnest($days::date[]) as day,
        unnest($weeks::bigint[]) as weeks
),
wanted as (
    select distinct day - (7 * step)::int as day
    from outliers, range(0, 9) steps(step)
),
spent as (
    select
        u.day,
        'llm' as part,
        coalesce(u.provider, 'UNATTRIBUTED') as provider,
        coalesce(u.model, 'UNATTRIBUTED') as model,
        coalesce(c.agent, 'UNATTRIBUTED') as agent,
        coalesce(u.organization, 'UNATTRIBUTED') as organization,
        null::varchar as service,
        null::varchar as team,
        sum(u.cost) as cost
    from callers_daily u
    left join callers c using (source, caller)
    where u.day in (select day from wanted) and coalesce(list_contains($sources::varchar[], u.source), true)
    group by all
    union all
    select day, part, provider, null, agent, null, service, team_id::varchar, sum(cost)
    from expenses_daily
    where
        day in (select day from wanted)
        and coalesce(list_contains($sources::varchar[], source), true)
        and exists (from outliers where dimension in ('part', 'service', 'team'))
    group by all
),
within as (
    select
        o.number, o.dimension, o.day = s.day as on_day, o.weeks, s.part, s.provider, s.model, s.agent, s.organization, s.service,
        s.team, s.cost
    from outliers o
    join spent s
        on s.day <= o.day
        and s.day >= o.day - (7 * o.weeks)::int
        and (o.day - s.day) % 7 = 0
        and (s.part = 'llm' or o.dimension in ('part', 'service', 'team'))
        and o.value = case o.dimension
            when 'provider' then s.provider
            when 'model' then s.model
            when 'agent' then s.agent
            when 'part' then s.part
            when 'service' then s.service
            when 'team' then s.team
            else s.organization
        end
),
parts as (
    unpivot within on provider, model, agent, organization, service, team, part into name about value value
)
select
    number,
    about as part,
    value,
    coalesce(sum(cost) filter (where on_day), 0) - coalesce(sum(cost) filter (where not on_day), 0) / max(weeks) as excess,
    bool_and(on_day) as is_new
from parts
where about <> dimension
group by number, about, value
order by number, about, value

-- name: cost_by_scope
-- one row is what one scope cost on one day: a value of a dimension, or the workspace; amount is its cost as a binary fraction
with used as (
    select day, source, caller, provider, model, organization, sum(cost) as cost
    from callers_daily
    where day between $start and $end and coalesce(list_contains($sources::varchar[], source), true)
    group by all
    having sum(cost) is not null
),
expenses as (
    select day, part, service, team_id::varchar as team, sum(cost) as cost
    from expenses_daily
    where day between $start and $end and coalesce(list_contains($sources::varchar[], source), true)
    group by all
    having sum(cost) is not null
),
of_models as (
    select
        day,
        coalesce(provider, 'UNATTRIBUTED') as provider,
        coalesce(model, 'UNATTRIBUTED') as model,
        coalesce(agent, 'UNATTRIBUTED') as agent,
        coalesce(organization, 'UNATTRIBUTED') as organization,
        grouping_id(provider, model, agent, organization) as apart,
        sum(cost) as cost
    from used
    left join callers using (source, caller)
    group by grouping sets ((day, provider), (day, model), (day, agent), (day, organization), (day))
),
told as (
    select
        case apart when 7 then 'provider' when 11 then 'model' when 13 then 'agent' when 14 then 'organization' else 'part' end as dimension,
        case apart when 7 then provider when 11 then model when 13 then agent when 14 then organization else 'llm' end as value,
        day,
        cost
    from of_models
    union all
    select 'part', part, day, sum(cost) from expenses group by all
    union all
    select 'service', service, day, sum(cost) from expenses where service is not null group by all
    union all
    select 'team', team, day, sum(cost) from expenses where team is not null group by all
    union all
    select 'workspace', '', day, sum(cost)
    from (
        select day, cost from of_models where apart = 15
        union all
        select day, cost from expenses
    )
    group by all
)
select dimension, value, (day - $start::date)::bigint as place, cost, cost::double as amount
from told
order by dimension, value, place

-- name: billed_until
-- one row: the last day until $end that a line of a bill is of
select max(day) as day from expenses_daily where origin = 'focus' and day <= $end
