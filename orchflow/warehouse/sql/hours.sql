-- name: hours_moved
-- one row per day of which other hours are known than are stored: of the tasks named, of every task where none are
create or replace temp table hours_moved as
select distinct day from (
    (
        select day, task_id, person_id, project_id, goal_id, hours from hours_daily
        where $everything or task_id in (select unnest($tasks::bigint[]))
        except all
        select day, task_id, person_id, project_id, goal_id, hours from worked
    )
    union all
    (
        select day, task_id, person_id, project_id, goal_id, hours from worked
        except all
        select day, task_id, person_id, project_id, goal_id, hours from hours_daily
        where $everything or task_id in (select unnest($tasks::bigint[]))
    )
)

-- name: hours_moved_days
-- one row per day of which hours or their cost have moved
select distinct day from hours_moved order by day

-- name: hours_remove
-- one row per row of hours that is told anew
delete from hours_daily where $everything or task_id in (select unnest($tasks::bigint[]))

-- name: hours_fill
-- one row per day, task and person
insert into hours_daily (day, task_id, person_id, project_id, goal_id, hours, unconverted)
select day, task_id, person_id, project_id, goal_id, hours, 0 from worked

-- name: job_roles_moved
-- one row: how many stretches of job roles are others than are stored
select count(*) from (
    (from person_job_roles except all select person_id, job_role, from_day, until_day from had_roles)
    union all
    (select person_id, job_role, from_day, until_day from had_roles except all from person_job_roles)
)

-- name: job_roles_clear
-- one row per stretch
delete from person_job_roles

-- name: job_roles_fill
-- one row per person and stretch of days with one job role
insert into person_job_roles by name from had_roles

-- name: hours_priced
-- one row per row of hours that costs another amount than is stored: the rate of the person, else of the job role, else of everybody
create or replace temp table priced as
with rated as (
    select
        h.rowid as target, h.day, h.hours, h.rate_id as was_rate, h.amount as was_amount, h.currency as was_currency,
        h.cost as was_cost, h.unconverted as was_unconverted,
        case when own.id is not null then own.id when role.id is not null then role.id else everybody.id end as rate_id
    from hours_daily h
    left join hourly_rates own
        on own.person_id = h.person_id and h.day >= own.valid_from and (own.valid_to is null or h.day < own.valid_to)
    left join person_job_roles had
        on had.person_id = h.person_id and h.day >= had.from_day and h.day < had.until_day
    left join hourly_rates role
        on role.person_id is null and role.job_role = had.job_role
        and h.day >= role.valid_from and (role.valid_to is null or h.day < role.valid_to)
    left join hourly_rates everybody
        on everybody.person_id is null and everybody.job_role is null
        and h.day >= everybody.valid_from and (everybody.valid_to is null or h.day < everybody.valid_to)
),
told as (
    select
        d.target, d.day, d.rate_id, r.currency, (d.hours * r.rate)::decimal(38, 18) as amount,
        converted((d.hours * r.rate)::decimal(38, 18), c.times, c.per) as cost,
        d.was_rate, d.was_amount, d.was_currency, d.was_cost, d.was_unconverted
    from rated d
    left join hourly_rates r on r.id = d.rate_id
    left join conversion c on c.currency = r.currency and d.day >= c.from_day and d.day < c.until_day
)
select target, day, rate_id, currency, amount, cost, (amount is not null and cost is null)::bigint as unconverted
from told
where (rate_id, currency, amount, cost) is distinct from (was_rate, was_currency, was_amount, was_cost)

-- name: hours_price
-- one row per row of hours that cost another amount
update hours_daily
set
    rate_id = priced.rate_id, amount = priced.amount, currency = priced.currency, cost = priced.cost,
    unconverted = priced.unconverted
from priced
where priced.target = hours_daily.rowid

-- name: hours_priced_days
-- one row per day on which hours cost another amount than was stored
select distinct day from priced order by day
