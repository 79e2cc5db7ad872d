-- name: seats
-- one row is one seat: an active user of the platform who may run agents, and not the service user
select u.user_id, u.email, u.created_at
from known_users u
where u.present
  and not u.service
  and u.status = 'active'
  and exists (select 1 from platform_roles r where r.user_id = u.user_id)

-- name: seat_holders
-- one row is one seat: who holds it here, since when, when they first and last ran an agent until $today, and on how many of the last 28 days
with seats as ({query:seats}),
ran as (
    select
        user_id,
        min(day) as first_run,
        max(day) as last_run,
        count(distinct day) filter (where day > $today - 28) as days_active,
        coalesce(bool_or(day > $today - 8 and day < $today), false) as ran_in_week,
        coalesce(bool_or(day = $today - 1), false) as ran_yesterday
    from runs_daily
    where runs > 0 and day <= $today
    group by user_id
),
firsts as (
    select agent, min(day) as day
    from runs_daily
    where runs > 0 and user_id is not null and user_id not in (select user_id from known_users where service)
    group by agent
),
builders as (
    select distinct r.user_id
    from runs_daily r
    join firsts using (agent, day)
    join known_agents a on a.slug = r.agent and a.present and a.status = 'active'
    where r.runs > 0
),
accounts as (
    select s.user_id, coalesce(max(linked.id), max(mailed.id)) as person_id
    from seats s
    left join people linked on linked.platform_user_id = s.user_id
    left join people mailed on lower(mailed.email) = lower(s.email)
    group by s.user_id
)
select
    s.user_id,
    p.id as person_id,
    p.job_role,
    coalesce(
        (select list(t.name order by t.name) from team_members m join teams t on t.id = m.team_id where m.user_id = p.id),
        []::varchar[]
    ) as teams,
    (s.created_at at time zone $zone)::date as seat_day,
    r.first_run,
    r.last_run,
    coalesce(r.days_active, 0) as days_active,
    coalesce(r.ran_in_week, false) as ran_in_week,
    coalesce(r.ran_yesterday, false) as ran_yesterday,
    b.user_id is not null as builder
from seats s
join accounts using (user_id)
left join people p on p.id = accounts.person_id
left join ran r using (user_id)
left join builders b using (user_id)
order by s.user_id

-- name: active_users_daily
-- one row is one day with how many seats there were at its end, and how many of their holders ran an agent on it, and in the 7 and in the 28 days up to it
with seats as (
    select user_id, coalesce((created_at at time zone $zone)::date, date '0001-01-01') as seat_day
    from ({query:seats})
),
ran as (
    select distinct r.user_id, r.day
    from runs_daily r
    join seats s on s.user_id = r.user_id and s.seat_day <= r.day
    where r.runs > 0 and r.day > $start::date - 28 and r.day <= $end::date
),
spans as (
    select
        len,
        day as begins,
        least(day + len, coalesce(lead(day) over (partition by user_id, len order by day), day + len)) as ends
    from ran
    cross join (values (1), (7), (28)) as lengths(len)
),
moves as (
    select len, begins as day, 1 as people from spans
    union all
    select len, ends, -1 from spans
),
moved as (
    -- what was before the first day counts on it
    select
        greatest(day, $start::date) as day,
        sum(people) filter (where len = 1) as daily,
        sum(people) filter (where len = 7) as weekly,
        sum(people) filter (where len = 28) as monthly
    from moves
    where day <= $end::date
    group by all
),
came as (
    select greatest(seat_day, $start::date) as day, count(*) as seats
    from seats
    where seat_day <= $end::date
    group by all
),
days as (
    select unnest(generate_series($start::date, $end::date, interval 1 day))::date as day
)
select
    day,
    coalesce(sum(c.seats) over until_then, 0)::bigint as seats,
    coalesce(sum(m.daily) over until_then, 0)::bigint as daily,
    coalesce(sum(m.weekly) over until_then, 0)::bigint as weekly,
    coalesce(sum(m.monthly) over until_then, 0)::bigint as monthly
from days
left join came c using (day)
left join moved m using (day)
window until_then as (order by day)
order by day

-- name: weekly_retention
-- one row is one week (its Monday) of those whose first run was in another or the same week, with how many of them ran in it
with ran as (
    select distinct user_id, date_trunc('week', day)::date as week
    from runs_daily
    where runs > 0
        and day <= $today
        and user_id is not null
        and user_id not in (select user_id from known_users where service)
)
select first, week, count(*) as people
from (select week, min(week) over (partition by user_id) as first from ran) r
group by all
order by first, week

-- name: monthly_users
-- one row is one month with how many ran an agent in it for the first time, as in the month before, and again after a month or more without
with ran as (
    select distinct user_id, date_trunc('month', day)::date as month
    from runs_daily
    where runs > 0
        and day <= $today
        and user_id is not null
        and user_id not in (select user_id from known_users where service)
),
known as (
    select month, lag(month) over (partition by user_id order by month) as before
    from ran
)
select
    month,
    count(*) filter (where before is null) as new,
    count(*) filter (where before = month - interval 1 month) as retained,
    count(*) filter (where before < month - interval 1 month) as reactivated
from known
group by month
order by month
