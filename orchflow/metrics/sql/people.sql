-- name: adoption
-- one row: how many seats there are and were 28 days ago, and how many of their holders ran an agent in the 28 days and the 28 before;
-- of the last of these only what lies before the time of day up to which today is known
with seats as ({query:seats}),
active as (
    select
        user_id,
        bool_or(day > $today - 28) as now,
        bool_or(day <= $today - 28) as before
    from (
        select user_id, day
        from runs_daily
        where day > $today - 56 and day <= $today and day <> $today - 28 and runs > 0
        union all
        select user_id, day
        from agent_runs
        where day = $today - 28 and coalesce(started_at, last_event_at) <= $until::timestamptz
    ) r
    group by user_id
)
select
    (select count(*) from seats) as seats,
    (select count(*) from seats where coalesce((created_at at time zone $zone)::date <= $today - 28, true)) as seats_before,
    count(*) filter (where a.now) as active,
    count(*) filter (where a.before and coalesce((s.created_at at time zone $zone)::date <= $today - 28, true)) as active_before
from active a
join seats s using (user_id)

-- name: organization_sizes
-- one row is one organisation with the number of people known in it, the smallest first; those without one are a group
with members as (
    select organization, user_id from known_users where not service and organization is not null
    union
    select organization, user_id from platform_roles where organization is not null
    union
    select distinct coalesce(organization, 'UNATTRIBUTED'), user_id from usage_daily
    union
    select distinct coalesce(organization, 'UNATTRIBUTED'), user_id from runs_daily
)
select m.organization, count(distinct m.user_id) as people
from members m
where m.organization <> '*'
  and m.user_id is not null
  and not exists (select 1 from known_users s where s.user_id = m.user_id and s.service)
group by m.organization
order by people, m.organization

-- name: people_by_day
-- one row is one person on one day, with whether they used models, had calls that cost, ran agents and worked hours that cost; and
-- one for those without a name
select
    day,
    case when exists (select 1 from known_users s where s.user_id = r.user_id and s.service) then null else user_id end as person,
    bool_or(used) as used,
    bool_or(paid) as paid,
    bool_or(ran) as ran,
    bool_or(worked) as worked
from (
    select day, user_id, true as used, bool_or(cost is not null) as paid, false as ran, false as worked
    from usage_daily
    group by all
    union all
    select distinct day, user_id, false, false, true, false from runs_daily
    union all
    select distinct e.day, coalesce(p.platform_user_id, concat('person ', e.person_id)), false, false, false, true
    from expenses_daily e
    left join people p on p.id = e.person_id
    where e.person_id is not null and e.cost is not null
) r
group by all
order by day

-- name: learning
-- one row is one person's first completed runs (user_id) or everybody's n-th of them (n): how many, their sums of x = ln(n) and y = ln(milliseconds), and their median;
-- no run is read of days after the one on which a person had made so many
with reached as (
    select user_id, min(day) filter (where made >= $most) as until
    from (
        select user_id, day, sum(sum(completed)) over (partition by user_id order by day) as made
        from runs_daily
        where completed > 0
          and user_id is not null
          and day <= $end
          and coalesce(list_contains($agents::varchar[], agent), true)
          and coalesce(list_contains($organizations::varchar[], organization), true)
          and coalesce(list_contains($users::varchar[], user_id), true)
          and coalesce(list_contains($sources::varchar[], source), true)
        group by user_id, day
    ) made
    where not exists (select 1 from known_users s where s.user_id = made.user_id and s.service)
    group by user_id
),
firsts as (
    select
        r.user_id,
        r.duration_ms,
        row_number() over (partition by r.user_id order by coalesce(r.started_at, r.last_event_at), r.conversation_id) as n
    from agent_runs r
    join reached on reached.user_id = r.user_id and r.day <= coalesce(reached.until, $end)
    where r.status = 'completed'
      and coalesce(list_contains($agents::varchar[], r.agent), true)
      and coalesce(list_contains($organizations::varchar[], r.organization), true)
      and coalesce(list_contains($users::varchar[], r.user_id), true)
      and coalesce(list_contains($sources::varchar[], r.source), true)
    qualify n <= $most
)
select
    user_id,
    n,
    count(*) as runs,
    sum(ln(n)) as x,
    sum(ln(duration_ms)) as y,
    sum(ln(n) * ln(n)) as xx,
    sum(ln(n) * ln(duration_ms)) as xy,
    sum(ln(duration_ms) * ln(duration_ms)) as yy,
    quantile_cont(duration_ms, 0.5) as median_ms
from firsts
where duration_ms > 0
group by grouping sets ((user_id), (n))
order by n nulls first, user_id
