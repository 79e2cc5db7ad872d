-- name: stretches_clear
-- one row per stretch of prices
delete from price_stretches

-- name: stretches_fill
-- one row per stretch of prices as the price book and what is shipped say now
insert into price_stretches by name from made

-- name: used_models
-- one row per provider and model that usage names
select distinct provider, model from callers_daily where model is not null order by all

-- name: price_span
-- one row per day of the period with usage that is to be priced: how many rows it has
select day, sum(events)::bigint as rows
from usage_daily
where
    day >= coalesce($first::date, day) and day <= coalesce($last::date, day)
    and provenance <> 'unused' and ($everything or provenance = 'unpriced')
group by day
order by day

-- name: prices_held
-- one row per stretch of prices that a run prices with; without a run of those that hold now
create or replace temp table prices_held as
from price_run_stretches where run = $run::bigint
union all by name
select null::bigint as run, * from price_stretches where $run::bigint is null

-- name: cells_create
-- one row per place in which the prices of a model do not change, with what one unit of every kind costs there
create or replace temp table price_cells as
{query:price_cells_held}

-- name: price_cells_held
-- one row per run and place in which the prices of a model do not change, of those in `prices_held`; a kind without a price of
-- its own costs what the kind costs that it is a part of. Where prices are in two currencies, one's own is that of the place,
-- and a kind that is only known in another has none
with placed as (
    select
        *,
        first_value(currency) over (
            partition by run, provider, model, service_tier, over_tokens, from_minute, from_at order by price_id is null, kind
        ) as main
    from prices_held
),
pivoted as (
    select
        run, provider, model, service_tier, over_tokens, to_tokens, from_minute, until_minute, from_at, until_at,
        main as currency,
        coalesce(list(distinct kind) filter (where currency <> main), []) as elsewhere,
        any_value(price) filter (where kind = 'input' and currency = main) as input,
        any_value(price) filter (where kind = 'cached' and currency = main) as cached,
        any_value(price) filter (where kind = 'cache_write' and currency = main) as cache_write,
        any_value(price) filter (where kind = 'cache_write_1h' and currency = main) as cache_write_1h,
        any_value(price) filter (where kind = 'output' and currency = main) as output,
        any_value(price) filter (where kind = 'reasoning' and currency = main) as reasoning,
        any_value(price) filter (where kind = 'image' and currency = main) as image,
        any_value(price) filter (where kind = 'second' and currency = main) as second,
        any_value(price) filter (where kind = 'request' and currency = main) as request
    from placed
    group by all
),
written as (
    select
        * replace (
            coalesce(cache_write, if(list_contains(elsewhere, 'cache_write'), null, input)) as cache_write
        )
    from pivoted
)
select
    * replace (
        coalesce(cached, if(list_contains(elsewhere, 'cached'), null, input)) as cached,
        coalesce(cache_write_1h, if(list_contains(elsewhere, 'cache_write_1h'), null, cache_write)) as cache_write_1h,
        coalesce(reasoning, if(list_contains(elsewhere, 'reasoning'), null, output)) as reasoning,
        coalesce(request, if(list_contains(elsewhere, 'request'), null, 0)) as request
    ),
    coalesce(input, cached, cache_write, cache_write_1h, output, reasoning) is not null as by_tokens,
    row_number() over () as place
from written

-- name: calls_measured
-- one row per call of `asked`, with what of it is paid for, and the tier, length and minute that choose its place in `price_cells`.
-- Nothing is known of what is left of a count without a part of it where two sources tell counts that do not fit
select
    a.*, t.service_tier as tier,
    (epoch_us(a.occurred_at) // 60000000) % 1440 as minute,
    coalesce(a.input_tokens, 0) as length, greatest(a.calls, 1) as share,
    case
        when a.input_tokens >= coalesce(a.cached_input_tokens, 0) + coalesce(a.cache_write_input_tokens, 0)
        then a.input_tokens - (coalesce(a.cached_input_tokens, 0) + coalesce(a.cache_write_input_tokens, 0))
    end as read,
    coalesce(a.cached_input_tokens, 0) as from_cache,
    case
        when coalesce(a.cache_write_input_tokens, 0) >= coalesce(a.cache_write_1h_input_tokens, 0)
        then coalesce(a.cache_write_input_tokens, 0) - coalesce(a.cache_write_1h_input_tokens, 0)
    end as to_cache,
    coalesce(a.cache_write_1h_input_tokens, 0) as to_cache_1h,
    case
        when a.output_tokens >= coalesce(a.reasoning_tokens, 0) then a.output_tokens - coalesce(a.reasoning_tokens, 0)
    end as written,
    coalesce(a.reasoning_tokens, 0) as reasoned
from asked a
left join (select distinct run, provider, model, service_tier from price_cells where service_tier is not null) t
    on t.run is not distinct from a.run and t.provider is not distinct from a.provider and t.model = a.model
    and t.service_tier = lower(a.service_tier)

-- name: cell_of_call
-- no row: when the call `a` of `calls_measured` is priced by the place `c` of `price_cells`
c.run is not distinct from a.run
and c.provider is not distinct from a.provider and c.model = a.model
and c.service_tier is not distinct from a.tier
and a.occurred_at >= c.from_at and a.occurred_at < c.until_at
and a.minute >= c.from_minute and a.minute < c.until_minute
and a.length > c.over_tokens * a.share and (c.to_tokens is null or a.length <= c.to_tokens * a.share)

-- name: priced_create
-- one row per call of some days that is to be priced: what it costs by the prices of its moment, or why it has no price
create or replace temp table priced as
with
known as (select distinct provider, model from price_cells),
asked as (
    select *, rowid as target, $run::bigint as run
    from usage_events
    where day >= $first and day < $until and provenance <> 'unused' and ($everything or provenance = 'unpriced')
),
measured as (
    {query:calls_measured}
),
counted as (
    select
        a.target, a.day, a.provider, a.model, a.calls, a.cost as before,
        a.cost is null and a.provenance <> 'unpriced' as untold,
        a.price_run as earlier, k.model is not null as known,
        c.model is not null as met, len(c.elsewhere) > 0 as mixed, c.currency,
        -- who asks a price for images or seconds alone asks none for tokens
        case when c.model is not null then try(
            case when c.by_tokens
                then paid(a.read, c.input) + paid(a.from_cache, c.cached) + paid(a.to_cache, c.cache_write)
                    + paid(a.to_cache_1h, c.cache_write_1h) + paid(a.written, c.output) + paid(a.reasoned, c.reasoning)
                else 0
            end
            + paid(if(c.by_tokens, coalesce(a.images, 0), a.images), c.image)
            + paid(if(c.by_tokens, coalesce(a.seconds, 0), a.seconds), c.second)
            + paid(a.calls, c.request)
        ) end as amount,
        (a.read is null and c.input is not null) or (a.written is null and c.output is not null) or a.to_cache is null
            or (not c.by_tokens and coalesce(c.image, c.second) is not null and coalesce(a.images, a.seconds) is null)
            as not_told
    from measured a
    left join known k on k.provider is not distinct from a.provider and k.model = a.model
    left join price_cells c on {query:cell_of_call}
)
select
    p.target, p.day, p.provider, p.model, p.calls, p.before, p.untold, p.earlier, p.amount, p.currency,
    converted(p.amount, r.times, r.per) as cost,
    case
        when p.amount is not null then null
        when p.model is null then 'no_model'
        when not p.known then 'no_price'
        when not p.met then 'hole'
        when p.not_told then 'not_told'
        when p.mixed then 'currencies'
        else 'no_kind'
    end as reason
from counted p
left join conversion r on r.currency = p.currency and p.day >= r.from_day and p.day < r.until_day

-- name: pricing_macros
-- no row: what some units of a kind cost. Of what is not used nothing is paid, of what nobody counted nothing is known
create or replace temp macro paid(units, price) as case
    when units = 0 or (units is null and price is null) then 0::decimal(38, 18)
    else (units * price)::decimal(38, 18)
end;

-- name: priced_lines_create
-- one row per month, provider, model and currency of what was priced: what its calls cost before and after
create or replace temp table priced_lines as
select
    date_trunc('month', day)::date as month, provider, model, currency,
    count(*)::bigint as rows, sum(calls)::bigint as calls,
    coalesce(sum(before), 0) as before, coalesce(sum(cost), 0) as after,
    count(*) filter (where cost is null or untold)::bigint as unconverted
from priced
where amount is not null
group by all
order by all

-- name: priced_lines
-- one row per month, provider, model and currency of what was priced
from priced_lines

-- name: unpriced_lines
-- one row per provider, model and reason of what could not be priced
select
    provider, model, reason, count(*)::bigint as rows, sum(calls)::bigint as calls, coalesce(sum(before), 0) as before,
    min(day) as first_day, max(day) as last_day
from priced
where amount is null
group by all
order by all

-- name: before_note
-- one row per call of these days that an earlier run had priced: what that one said
insert into price_before
select $run, e.source, e.event_key, e.priced_amount, e.priced_currency, e.price_run
from usage_events e
join (from priced where amount is not null and earlier is not null) p on p.target = e.rowid

-- name: prices_write
-- one row per call that is priced
update usage_events
set
    priced_amount = p.amount, priced_currency = p.currency, price_run = $run, cost = p.cost, provenance = 'priced'
from (from priced where amount is not null) p
where p.target = usage_events.rowid

-- name: priced_days
-- one row per day on which something was priced
create or replace temp table recounted as select distinct day from priced where amount is not null

-- name: run_next
-- one row: the number of the next run
select coalesce(max(run), 0) + 1 from price_runs

-- name: run_begin
-- one row: a run of pricing begins
insert into price_runs
values ($run, 'running', $everything, $first, $last, $now, null, $by_id, $by_name, $prices, null, null)

-- name: run_keep_prices
-- one row per stretch of prices that the run prices with, for the models that usage names
insert into price_run_stretches
select $run, s.*
from price_stretches s
semi join callers_daily u on u.provider is not distinct from s.provider and u.model = s.model

-- name: run_lines_write
-- one row per month, provider, model and currency of the run
insert into price_run_lines
select $run, l.* from priced_lines l

-- name: run_state
-- one row: how a run stands
update price_runs set state = $state, finished_at = $now where run = $run

-- name: run_undone
-- one row: a run was taken back
update price_runs set state = 'undone', undone_at = $now, undone_by = $by_name where run = $run

-- name: runs
-- one row per run of pricing, the newest first, with what it changed
select
    r.run, r.state, r.everything, r.first_day, r.last_day, r.started_at, r.finished_at, r.by_id, r.by_name, r.prices,
    r.undone_at, r.undone_by,
    coalesce(sum(l.rows), 0)::bigint as rows, coalesce(sum(l.calls), 0)::bigint as calls,
    coalesce(sum(l.before), 0) as before, coalesce(sum(l.after), 0) as after
from price_runs r
left join price_run_lines l using (run)
group by all
order by r.run desc

-- name: run_lines
-- one row per month, provider, model and currency of a run
select month, provider, model, currency, sum(rows)::bigint as rows, sum(calls)::bigint as calls, sum(before) as before,
    sum(after) as after, sum(unconverted)::bigint as unconverted
from price_run_lines
where run = $run
group by all
order by all

-- name: run_priced_again
-- one row: the newest run that priced calls again which this one had priced, and how many
select run, count(*) from price_before where earlier = $run group by run order by run desc limit 1

-- name: run_span
-- one row per day with calls that hold what a run priced: how many
select day, count(*)::bigint as rows from usage_events where price_run = $run group by day order by day

-- name: undone_create
-- one row per call of some days that a run priced, as it was before the run; what an earlier run for calls without an amount
-- had said is over where the source tells an amount by now
create or replace temp table undone as
select
    e.rowid as target, e.day, b.amount as priced_amount, b.currency as priced_currency, b.earlier as price_run,
    provenance_of(
        e.amount, e.route, b.earlier, nothing_used(e.status, e.input_tokens, e.output_tokens, e.images, e.seconds)
    ) as provenance,
    converted(if(b.earlier is null, e.amount, b.amount), r.times, r.per) as cost
from usage_events e
left join (
    select p.*, was.everything from price_before p join price_runs was on was.run = p.earlier where p.run = $run
) b on b.source = e.source and b.event_key = e.event_key and (e.amount is null or b.everything)
left join conversion r
    on r.currency = if(b.earlier is null, e.currency, b.currency) and e.day >= r.from_day and e.day < r.until_day
where e.price_run = $run and e.day >= $first and e.day < $until

-- name: undone_write
-- one row per call that is as it was before the run
update usage_events
set
    priced_amount = u.priced_amount, priced_currency = u.priced_currency, price_run = u.price_run, cost = u.cost,
    provenance = u.provenance
from undone u
where u.target = usage_events.rowid

-- name: undone_days
-- one row per day on which something is as it was
create or replace temp table recounted as select distinct day from undone

-- name: before_forget
-- one row per call of which a run that was taken back had noted what it was
delete from price_before where run = $run

-- name: days_without_price
-- one row per provider and model that has prices, but none on some days of its use: how many days, with how many calls; those of which nothing was used need none
with used as (
    select provider, model, day, sum(calls) as calls
    from callers_daily
    where model is not null and provenance <> 'unused'
    group by all
), covered as (
    select provider, model, from_at, until_at from price_stretches group by all
)
select
    u.provider, u.model, count(*)::bigint as days, sum(u.calls)::bigint as calls, min(u.day) as first_day, max(u.day) as last_day
from used u
semi join covered c on c.provider is not distinct from u.provider and c.model = u.model
anti join covered h
    on h.provider is not distinct from u.provider and h.model = u.model
    and h.from_at < (u.day + 1)::timestamp at time zone 'UTC' and h.until_at > u.day::timestamp at time zone 'UTC'
group by u.provider, u.model
order by calls desc, u.provider, u.model

-- name: unused_calls
-- one row: the calls that failed or were blocked before anything was used
select coalesce(sum(calls), 0)::bigint as calls from callers_daily where provenance = 'unused'

-- name: unpriced_models
-- one row per provider and model with usage that has no amount; known: whether the model has any price
select
    u.provider, u.model, sum(u.calls)::bigint as calls, sum(u.input_tokens)::bigint as input_tokens,
    sum(u.output_tokens)::bigint as output_tokens, min(u.day) as first_day, max(u.day) as last_day,
    exists (
        select 1 from price_stretches s where s.provider is not distinct from u.provider and s.model = u.model
    ) as known
from callers_daily u
where u.provenance = 'unpriced'
group by u.provider, u.model
order by calls desc, u.provider, u.model
