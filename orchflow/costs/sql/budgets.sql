-- name: budgets_spent
-- one row is one budget with what was spent in its period: models and all other costs of its scope, in the workspace's currency
with asked as (
    select
        unnest($ids::bigint[]) as id,
        unnest($scopes::varchar[]) as scope,
        unnest($values::varchar[]) as value,
        unnest($starts::date[]) as start
), lines as (
    select
        u.day, u.provider, c.agent, null::varchar as team, null::varchar as project, u.user_id is not null as of_people,
        sum(u.cost) as cost, sum(u.unconverted) as unconverted,
        sum(u.calls) filter (where u.provenance = 'unpriced') as unpriced, null as unpriced_hours
    from usage_daily u
    left join callers c using (source, caller)
    where u.day between (select min(start) from asked) and $today
    group by all
    union all
    select
        day, provider, agent, team_id::varchar, project_id::varchar, person_id is not null,
        sum(cost), sum(unconverted), null, sum(hours) filter (where amount is null)
    from expenses($rates)
    where day between (select min(start) from asked) and $today
    group by all
)
select
    a.id,
    sum(l.cost) as spent,
    coalesce(sum(l.unconverted), 0)::bigint as unconverted,
    coalesce(sum(l.unpriced), 0)::bigint as unpriced,
    coalesce(sum(l.unpriced_hours), 0) as unpriced_hours,
    coalesce(bool_or(l.of_people), false) as of_people
from asked a
left join lines l
    on l.day >= a.start
    and case a.scope
        when 'workspace' then true
        when 'team' then l.team = a.value
        when 'project' then l.project = a.value
        when 'agent' then l.agent = a.value
        when 'provider' then l.provider = a.value
    end
group by a.id

-- name: usage_first_day
-- one row: the first day with usage, null where there is none
select min(day) from usage_daily

-- name: rate_of_day
-- one row is the rate of exchange from one currency into another that holds on a day: told for the pair, else the opposite one
select if(currency = $currency, rate, null) as times, if(currency = $currency, null, rate) as per
from exchange_rates
where
    ((currency = $currency and into_currency = $into) or (currency = $into and into_currency = $currency))
    and valid_from <= $today
order by valid_from desc, currency = $currency desc
limit 1
