-- name: rates_into
-- one row is what one unit of a currency is worth in the workspace's from a day on: told for the pair, else the opposite one
select currency, valid_from, arg_min(rate, opposite) as rate
from (
    select currency, valid_from, rate::double as rate, false as opposite
    from exchange_rates
    where into_currency = $currency
    union all
    select into_currency, valid_from, 1 / rate::double, true
    from exchange_rates
    where currency = $currency
)
group by currency, valid_from

-- name: cache_prices
-- one row is one model on one day of both periods: what a token read from a cache saved, and what one written to a cache cost more
-- than one that is read, by the prices in force at noon for calls of the shortest length in the usual tier, in the workspace's
-- currency; a kind without a price of its own costs what reading does
with days as (
    select unnest(generate_series($start::date, $end::date, interval 1 day))::date as day
    union
    select unnest(generate_series($previous_start::date, $previous_end::date, interval 1 day))::date
),
rates as (
    {query:rates_into}
),
of_days as (
    select d.day, s.provider, s.model, s.kind, s.price, s.currency
    from price_stretches s
    join days d
        on (d.day + time '12:00') at time zone 'UTC' >= s.from_at and (d.day + time '12:00') at time zone 'UTC' < s.until_at
    where s.service_tier is null and s.from_minute <= 720 and s.until_minute > 720 and s.kind in ('input', 'cached', 'cache_write')
    qualify s.over_tokens = min(s.over_tokens) over (partition by s.provider, s.model)
),
converted_prices as (
    select o.*, if(o.currency = $currency, o.price, (o.price * r.rate)::decimal(38, 18)) as told
    from of_days o
    asof left join rates r on r.currency = o.currency and r.valid_from <= o.day
),
kinds as (
    select
        day, provider, model,
        any_value(told) filter (where kind = 'input') as input,
        any_value(told) filter (where kind = 'cached') as cached,
        any_value(told) filter (where kind = 'cache_write') as cache_write,
        list(distinct kind) as known
    from converted_prices
    group by all
)
select
    day as priced_on,
    provider as priced_provider,
    model as priced_model,
    input - if(list_contains(known, 'cached'), cached, input) as saved_a_token,
    if(list_contains(known, 'cache_write'), cache_write, input) - input as more_a_token
from kinds

-- name: days_of_runs
-- one row is one agent on one day on which it ran, as far back as either period asks who ran lately
select agent as ran_agent, day as ran_on
from runs_daily
where agent is not null and runs > 0 and day <= $end
    and day > least($start::date, coalesce($previous_start::date, $start::date)) - 14
group by all

-- name: runs_since
-- one row: the first day of which runs are known, and the day after which none can be
select min(day) as runs_since, $today::date as runs_until from runs_daily

-- name: agent_costs
-- one row is one thing of one agent on one day of both periods: the cost of its models, what else names it, its share of the
-- infrastructure and operations of no agent by its runs of the month, and the part of a month that the day is, of months in
-- which it ran; of days to come nothing is in it
with used as (
    select u.day, c.agent, sum(u.cost) as cost
    from ({query:usage_lines}) u
    join callers c using (source, caller)
    where c.agent is not null
    group by all
),
bought as (
    select e.day, e.agent, sum(e.cost) as cost
    from ({query:expense_lines}) e
    where e.part in ('infrastructure', 'operations') and e.day <= $today
    group by all
),
ran as (
    select date_trunc('month', day)::date as month, agent, sum(runs)::hugeint as runs
    from runs_daily
    where agent is not null
        and day >= date_trunc('month', least($start::date, coalesce($previous_start::date, $start::date)))
        and day <= last_day(least($end::date, $today::date))
    group by all
    having sum(runs) > 0
),
shares as (
    select
        month,
        agent,
        sum(runs) over (partition by month order by agent) - runs as before,
        sum(runs) over (partition by month order by agent) as until,
        sum(runs) over (partition by month) as whole
    from ran
),
days as (
    select unnest(generate_series($start::date, least($end::date, $today::date), interval 1 day))::date as day
    union
    select unnest(generate_series($previous_start::date, $previous_end::date, interval 1 day))::date
)
select day, agent, cost as models, null::decimal(38, 18) as named, null::decimal(38, 18) as shared, null::double as months
from used
union all
select day, agent, null, cost, null, null
from bought
where agent is not null
union all
-- each has the difference of two running shares, so that what is shared out is the whole to its last decimal
select
    b.day,
    s.agent,
    null,
    null,
    if(s.until = s.whole, b.cost, b.units * s.until // s.whole * 0.000000000001::decimal(38, 18))
        - b.units * s.before // s.whole * 0.000000000001::decimal(38, 18),
    null
from (
    select day, cost, (cost::decimal(38, 12) * 1000000000000)::hugeint as units
    from bought
    where agent is null and cost is not null
) b
join shares s on s.month = date_trunc('month', b.day)::date
union all
select d.day, s.agent, null, null, null, 1 / day(last_day(s.month))::double
from days d
join shares s on s.month = date_trunc('month', d.day)::date

-- name: business_months
-- one row is what the business did in one month, of one measure
select name, month, value, unit from business_measures order by name, month
