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
used as (
    select
        u.day,
        coalesce(u.provider, 'UNATTRIBUTED') as provider,
        coalesce(u.model, 'UNATTRIBUTED') as model,
        coalesce(c.agent, 'UNATTRIBUTED') as agent,
        coalesce(u.organization, 'UNATTRIBUTED') as organization,
        sum(u.cost) as cost
    from callers_daily u
    left join callers c using (source, caller)
    where u.day in (select day from wanted) and coalesce(list_contains($sources::varchar[], u.source), true)
    group by all
),
within as (
    select o.number, o.dimension, o.day = u.day as on_day, o.weeks, u.provider, u.model, u.agent, u.organization, u.cost
    from outliers o
    join used u
        on u.day <= o.day
        and u.day >= o.day - (7 * o.weeks)::int
        and (o.day - u.day) % 7 = 0
        and o.value = case o.dimension
            when 'provider' then u.provider
            when 'model' then u.model
            when 'agent' then u.agent
            else u.organization
        end
),
parts as (
    unpivot within on provider, model, agent, organization into name part value value
)
select
    number,
    part,
    value,
    coalesce(sum(cost) filter (where on_day), 0) - coalesce(sum(cost) filter (where not on_day), 0) / max(weeks) as excess,
    bool_and(on_day) as is_new
from parts
where part <> dimension
group by number, part, value
order by number, part, value
