-- name: focus_lines_stage
-- one row per delivered line of a bill, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    * exclude (fault) replace (
        whole(line) as line,
        moment(delivered_at) as delivered_at,
        moment(charge_start) as charge_start,
        moment(charge_end) as charge_end,
        moment(billing_start) as billing_start,
        moment(billing_end) as billing_end,
        try_cast(billed as decimal(38, 18)) as billed,
        try_cast(effective as decimal(38, 18)) as effective,
        try_cast(listed as decimal(38, 18)) as listed,
        try_cast(contracted as decimal(38, 18)) as contracted,
        try_cast(extra as json) as extra
    ),
    $source as source,
    upper(billing_currency) as currency,
    (moment(charge_start) at time zone 'UTC')::date as day,
    greatest(
        (moment(charge_start) at time zone 'UTC')::date,
        ((moment(charge_end) - interval 1 microsecond) at time zone 'UTC')::date
    ) as last_day,
    coalesce(
        fault,
        case when delivery is null then 'delivery is missing' end,
        case when whole(line) is null then 'line is missing' end,
        case when try_cast(billed as decimal(38, 18)) is null then 'BilledCost is missing' end,
        case when try_cast(effective as decimal(38, 18)) is null then 'EffectiveCost is missing' end,
        case when billing_currency is null then 'BillingCurrency is missing' end,
        case when moment(charge_start) is null or moment(charge_end) is null then 'the charge period is missing' end,
        case when moment(billing_start) is null or moment(billing_end) is null then 'the billing period is missing' end,
        case when charge_category is null then 'ChargeCategory is missing' end
    ) as reason
from staged

-- name: focus_periods
-- one row per account, billing period and unit of delivery of the batch: the days that it tells of
create or replace temp table periods as
select
    provider_name, billing_account_id, billing_start, unit, min(day) as first_day, max(day) as final_day,
    max(delivered_at) as delivered_at
from parsed
where unit is not null
group by all

-- name: focus_overtaken
-- one row per line of the batch that a later delivery of the same account and billing period has told anew
delete from parsed where ordinal in (
    select p.ordinal
    from parsed p
    join (
        select
            l.provider_name, l.billing_account_id, l.billing_start, b.unit, min(l.day) as first_day, max(l.day) as final_day
        from focus_lines l
        join periods b on
            b.provider_name is not distinct from l.provider_name
            and b.billing_account_id is not distinct from l.billing_account_id
            and b.billing_start = l.billing_start
            and b.unit <> l.unit
            and (l.delivered_at, l.unit) > (b.delivered_at, b.unit)
        where l.source = $source
        group by all
    ) later on
        later.provider_name is not distinct from p.provider_name
        and later.billing_account_id is not distinct from p.billing_account_id
        and later.billing_start = p.billing_start
        and later.unit = p.unit
        and p.day between later.first_day and later.final_day
)

-- name: focus_matched
-- one row per stored line that a later delivery of its account and billing period replaces
create or replace temp table matched as
select distinct l.rowid as target
from focus_lines l
join periods b on
    b.provider_name is not distinct from l.provider_name
    and b.billing_account_id is not distinct from l.billing_account_id
    and b.billing_start = l.billing_start
    and l.day between b.first_day and b.final_day
    and b.unit <> l.unit
    and (l.delivered_at, l.unit) < (b.delivered_at, b.unit)
where l.source = $source

-- name: focus_again
-- one row: how many stored lines have places between those of the batch
select count(*)
from focus_lines l
join (
    select delivery, min(line) as first_line, max(line) as final_line from parsed group by delivery
) p on p.delivery = l.delivery and l.line between p.first_line and p.final_line
where l.source = $source

-- name: focus_of_file
-- one row per stored line of a file that is not among the lines it has now
create or replace temp table matched as
select l.rowid as target
from focus_lines l
anti join staged s on s.line = l.line
where l.source = $source and l.delivery = $delivery

-- name: focus_lines_missing
-- one row per stored line of a source that is not among those there are, whatever the days asked for
create or replace temp table matched as
select l.rowid as target
from focus_lines l
anti join staged s on s.event_id = l.delivery || ':' || l.line
where l.source = $source

-- name: focus_lines_list
-- one row per line that goes
insert into removed_events
select
    l.source, 'focus_lines', l.delivery || ':' || l.line, l.charge_start, null, l.agent, null, l.service_name, l.charge_category,
    l.billed, l.currency, null, $now
from focus_lines l
where l.rowid in (select target from matched)

-- name: focus_lines_removed
-- one row per stored line that goes
delete from focus_lines where rowid in (select target from matched)

-- name: focus_days_create
-- one row per day that is counted anew
create or replace temp table focus_days (day date)

-- name: focus_days_matched
-- one row per day of the stored lines that go
insert into focus_days
select distinct unnest(generate_series(day, last_day, interval 1 day))::date
from (select distinct day, last_day from focus_lines where rowid in (select target from matched))

-- name: focus_days_freed
-- one row per day of purchases whose use is among the stored lines `matched`, which go: they may be without a use then
insert into focus_days
select distinct unnest(generate_series(day, last_day, interval 1 day))::date
from (
    select distinct l.day, l.last_day
    from focus_lines l
    where
        l.charge_category = 'Purchase'
        and l.resource_id in (
            select commitment_discount_id
            from focus_lines
            where charge_category <> 'Purchase' and rowid in (select target from matched)
        )
)

-- name: focus_replaced
-- one row per stored line that is told anew
create or replace temp table matched as
select l.rowid as target
from focus_lines l
semi join {lines} p on p.delivery = l.delivery and p.line = l.line
where l.source = $source

-- name: focus_days_written
-- one row per day of the lines that are told anew
insert into focus_days
select distinct unnest(generate_series(day, last_day, interval 1 day))::date
from (select distinct day, last_day from {lines})

-- name: focus_days_linked
-- one row per day of purchases whose use is among the lines that are written
insert into focus_days
select distinct unnest(generate_series(day, last_day, interval 1 day))::date
from (
    select distinct l.day, l.last_day
    from focus_lines l
    where
        l.charge_category = 'Purchase'
        and l.resource_id in (select distinct commitment_discount_id from {lines} where charge_category <> 'Purchase')
)

-- name: focus_days_all
-- one row per day with charges
insert into focus_days
select distinct unnest(generate_series(day, last_day, interval 1 day))::date
from (select distinct day, last_day from focus_lines)

-- name: focus_lines_insert
-- one row per line of the batch, none of whose places was taken
insert into focus_lines by name select * exclude (ordinal, reason) from parsed

-- name: focus_daily_clear
-- one row per group of the touched days
delete from focus_daily where day in (select day from focus_days)

-- name: focus_counted_stored
-- one row per stored line of the days that are counted anew, or near them
create or replace temp view focus_counted as
select *
from focus_lines
where day <= (select max(day) from focus_days) and last_day >= (select min(day) from focus_days)

-- name: focus_counted_new
-- one row per line of the batch, all of which are new
create or replace temp view focus_counted as from parsed

-- name: focus_groups
-- one row per day, source, provider, service, account, category, agent and currency, what is spread over days apart.
-- A purchase whose use is told as well counts in cash only: its use has its cost. What runs over several days is spread over
-- them by time, to the last decimal; it is billed on its first day
create or replace temp view focus_groups as
with touched as (
    select l.*, commitment_discount_id is not null or resource_id in (
        select commitment_discount_id
        from focus_lines
        where charge_category <> 'Purchase' and commitment_discount_id is not null
    ) as of_commitment
    from focus_counted l
), counted as (
    select
        * exclude (of_commitment, effective, listed, contracted),
        charge_category = 'Purchase' and coalesce(of_commitment, false) as covered,
        if(covered, 0, effective)::decimal(38, 18) as effective,
        if(covered, null, listed) as listed,
        if(covered, null, contracted) as contracted,
        last_day > day and not covered as spread
    from touched
), parts as (
    select *, 0 as began, 1 as ended, 1 as whole
    from counted
    where not spread
    union all by name
    select
        c.* replace (d.day::date as day),
        if(d.day = c.day, c.billed, 0)::decimal(38, 18) as part_billed,
        greatest(epoch_us(d.day) - epoch_us(c.charge_start), 0) as began,
        least(epoch_us(d.day + interval 1 day), epoch_us(c.charge_end)) - epoch_us(c.charge_start) as ended,
        epoch_us(c.charge_end) - epoch_us(c.charge_start) as whole
    from counted c, lateral (select unnest(generate_series(c.day, c.last_day, interval 1 day)) as day) d
    where spread
), shares as (
    select
        * exclude (billed, effective, listed, contracted, part_billed),
        if(spread, part_billed, billed) as billed,
        share_of(effective, began, ended, whole) as effective,
        share_of(listed, began, ended, whole) as listed,
        share_of(contracted, began, ended, whole) as contracted
    from parts
)
select
    s.day, s.source, s.provider_name as provider, s.service_name as service,
    coalesce(s.sub_account_name, s.sub_account_id) as sub_account, s.charge_category, s.agent, s.currency, s.spread,
    sum(s.billed) as billed,
    sum(s.effective) as effective,
    sum(s.listed) as list_cost,
    sum(s.contracted) as contracted,
    sum(converted(s.effective, r.times, r.per)) as cost,
    sum(converted(s.billed, r.times, r.per)) as cash,
    count(*) filter (where r.currency is null and (s.billed <> 0 or s.effective <> 0)) as unconverted,
    count(*) filter (where s.began = 0) as lines
from shares s
left join conversion r on r.currency = s.currency and s.day >= r.from_day and s.day < r.until_day
group by all

-- name: focus_delta_create
-- one row per group that new lines add to
create or replace temp table focus_delta as from focus_daily limit 0

-- name: focus_delta_add
-- one row per group that the new lines of a batch add to
insert into focus_delta by name from focus_groups

-- name: focus_delta_drop
-- one row per group that new lines add to, on days that are counted anew as a whole
delete from focus_delta where day in (select day from focus_days)

-- name: focus_folded
-- one row per group of the days to which new lines add, as it is with them
create or replace temp table focus_folded as
select
    day, source, provider, service, sub_account, charge_category, agent, currency, spread,
    sum(billed) as billed, sum(effective) as effective, sum(list_cost) as list_cost, sum(contracted) as contracted,
    sum(cost) as cost, sum(cash) as cash, sum(unconverted)::bigint as unconverted, sum(lines)::bigint as lines
from (
    from focus_daily where day in (select day from focus_delta)
    union all by name
    from focus_delta
)
group by all

-- name: focus_days_delta
-- one row per day to which new lines add
insert into focus_days select distinct day from focus_delta

-- name: focus_folded_clear
-- one row per group of the days to which new lines add
delete from focus_daily where day in (select day from focus_folded)

-- name: focus_folded_fill
-- one row per group of the days to which new lines add
insert into focus_daily by name from focus_folded

-- name: focus_daily_fill
-- one row per group of the days that are counted anew
insert into focus_daily by name
from focus_groups where day in (select day from focus_days)

-- name: focus_some
-- one row: whether anything was billed in files of FOCUS
select count(*) > 0 from (select 1 from focus_lines limit 1)
