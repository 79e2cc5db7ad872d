-- name: expenses_of_entries_clear
-- one row per day of some of the entries of costs, or of all
delete from expenses_daily
where origin = 'entry' and coalesce(list_contains($entries::bigint[], entry_id), true)

-- name: expenses_of_entries
-- one row per entry of costs and day that it is for: what is due every month or year is spread over its days, so that the days
-- up to any of them have their part of the amount, and all of them the amount, to the last cent
insert into expenses_daily by name
with lines as (
    select
        e.*,
        case
            when every <> 'once' then coalesce(ends, $until::date)
            when ends is not null then greatest(ends, starts + 1)
            else starts + 1
        end as stops,
        -- the smallest coin of the currency, or a part of one where the amount has such
        greatest(
            c.decimals,
            list_position(
                [amount = round(amount), amount = round(amount, 1), amount = round(amount, 2), amount = round(amount, 3), true],
                true
            ) - 1
        ) as decimals
    from cost_entries e
    left join (select unnest($codes::varchar[]) as currency, unnest($decimals::bigint[]) as decimals) c using (currency)
    where coalesce(list_contains($entries::bigint[], id), true)
), stretches as (
    select
        *,
        if(every = 'once', starts, (starts + to_months(step * months))::date) as from_day,
        if(every = 'once', stops, (starts + to_months((step + 1) * months))::date) as until_day
    from (
        select *, if(every = 'year', 12, 1) as months from lines
    ), unnest(generate_series(0, if(every = 'once', 0, date_diff('month', starts, stops) // months))) as steps(step)
    where starts < stops
), days as (
    select
        s.*,
        from_day + place::integer as day,
        place,
        until_day - from_day as length,
        (amount * [1, 10, 100, 1000, 10000][decimals + 1])::hugeint as units
    from stretches s, unnest(generate_series(0, least(until_day, stops) - from_day - 1)) as places_of(place)
), shares as (
    select
        d.*,
        ((d.units * (place + 1) // length - d.units * place // length)::decimal(38, 0)
            * [1, 0.1, 0.01, 0.001, 0.0001][decimals + 1]::decimal(38, 18))::decimal(38, 18) as share
    from days d
)
select
    s.day,
    s.part,
    'entry' as origin,
    s.id as entry_id,
    s.provider,
    s.kind as service,
    s.agent,
    s.team_id,
    s.project_id,
    s.share as amount,
    s.currency,
    converted(s.share, r.times, r.per) as cost,
    converted(if(s.place = 0, s.amount, 0)::decimal(38, 18), r.times, r.per) as cash,
    s.length > 1 as spread,
    (converted(s.share, r.times, r.per) is null)::bigint as unconverted
from shares s
left join conversion r on r.currency = s.currency and s.day >= r.from_day and s.day < r.until_day

-- name: expenses_of_hours_clear
-- one row per line of hours of some days, or of all
delete from expenses_daily
where origin = 'hours' and coalesce(list_contains($days::date[], day), true)

-- name: expenses_of_hours
-- one row per day, task and person with hours
insert into expenses_daily by name
select
    day,
    'development' as part,
    'hours' as origin,
    task_id,
    person_id,
    project_id,
    goal_id,
    hours,
    amount,
    currency,
    cost,
    cost as cash,
    false as spread,
    unconverted
from hours_daily
where coalesce(list_contains($days::date[], day), true)

-- name: mean_rates_clear
-- one row per month with priced hours
delete from mean_rates

-- name: mean_rates_fill
-- one row per month with priced hours, and what an hour cost in it on average: of a month that is over, in which enough people
-- worked and nobody more than half of it; of any other that of the last such month before it, else of the first one after it
insert into mean_rates by name
with worked as (
    select date_trunc('month', day)::date as month, person_id, sum(hours) as hours, sum(cost) as cost
    from expenses_daily
    where origin = 'hours' and cost is not null
    group by all
), months as (
    select
        month,
        sum(cost) / nullif(sum(hours), 0) as rate,
        count(*) filter (where person_id is not null and hours > 0) >= $smallest
            and max(hours) filter (where person_id is not null) * 2 <= sum(hours)
            and month < (select date_trunc('month', max(day)) from expenses_daily where origin = 'hours') as enough
    from worked
    group by month
)
select *
from (
    select
        month,
        coalesce(
            last_value(if(enough, rate, null) ignore nulls) over (order by month),
            first_value(if(enough, rate, null) ignore nulls) over (order by month rows between current row and unbounded following)
        ) as rate
    from months
)
where rate is not null

-- name: expenses_of_teams
-- one row per line of hours whose task is in the sprint of another team than before
update expenses_daily
set team_id = known.team_id
from (
    select w.task_id, s.team_id
    from (select distinct task_id from expenses_daily where origin = 'hours') w
    left join tasks t on t.id = w.task_id
    left join sprints s on s.id = t.sprint_id
) known
where
    known.task_id = expenses_daily.task_id
    and expenses_daily.origin = 'hours'
    and known.team_id is distinct from expenses_daily.team_id

-- name: expenses_of_bills_clear
-- one row per line of bills of the touched days
delete from expenses_daily where origin = 'focus' and day in (select day from focus_days)

-- name: expenses_of_bills
-- one row per touched day and what its charges can be told apart by
insert into expenses_daily by name
select
    day,
    'infrastructure' as part,
    'focus' as origin,
    source,
    provider,
    service,
    sub_account,
    agent,
    sum(effective) as amount,
    currency,
    sum(cost) as cost,
    sum(cash) as cash,
    spread,
    sum(unconverted)::bigint as unconverted
from focus_daily
where day in (select day from focus_days)
group by all
