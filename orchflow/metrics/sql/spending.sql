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
compared as (
    select number, dimension, value, weeks, day - (7 * step)::int as day, step = 0 as on_day
    from (select *, unnest(range(0, weeks + 1)) as step from outliers)
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
    where u.day in (select day from compared) and ($sources is null or list_contains($sources::varchar[], u.source))
    group by all
    union all
    select day, part, provider, null, agent, null, service, team_id::varchar, sum(cost)
    from expenses($rates)
    where
        day in (select day from compared)
        and ($sources is null or list_contains($sources::varchar[], source))
        and exists (from outliers where dimension in ('part', 'service', 'team'))
    group by all
),
within as (
    select
        o.number, o.dimension, o.on_day, o.weeks, s.part, s.provider, s.model, s.agent, s.organization, s.service, s.team, s.cost
    from (
        select
            *,
            unnest(['agent', 'model', 'provider', 'organization', 'part', 'service', 'team']) as key,
            unnest([if(part = 'llm', agent, null), model, if(part = 'llm', provider, null), organization, part, service, team]) as key_value
        from spent
    ) s
    join compared o on o.day = s.day and o.dimension = s.key and o.value = s.key_value
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

-- name: cost_of_models_by_scope
-- one row is what models cost on one day for one value of a dimension, or in all: apart tells of which
select
    day - $start::date as place,
    coalesce(provider, 'UNATTRIBUTED') as provider,
    coalesce(model, 'UNATTRIBUTED') as model,
    coalesce(agent, 'UNATTRIBUTED') as agent,
    coalesce(organization, 'UNATTRIBUTED') as organization,
    grouping_id(provider, model, agent, organization) as apart,
    sum(cost) as cost
from callers_daily
left join callers using (source, caller)
where day between $start and $end and ($sources is null or list_contains($sources::varchar[], source))
group by grouping sets ((day, provider), (day, model), (day, agent), (day, organization), (day))

-- name: cost_of_others_by_scope
-- one row is what expenses cost on one day for one value of a dimension, or in all: apart tells of which
select
    day - $start::date as place,
    part,
    service,
    team_id::varchar as team,
    grouping_id(part, service, team_id) as apart,
    sum(cost) as cost
from expenses($rates)
where day between $start and $end and ($sources is null or list_contains($sources::varchar[], source))
group by grouping sets ((day, part), (day, service), (day, team_id), (day))

-- name: billed_until
-- one row: the last day until $end that a line of a bill is of
select max(day) as day from expenses_daily where origin = 'focus' and day <= $end
