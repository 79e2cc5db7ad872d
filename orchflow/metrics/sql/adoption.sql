-- one row: how many seats there are, and how many of their holders ran an agent in the 28 days and the 28 before
with seats as (
    select distinct u.user_id
    from platform_users u
    where u.present
      and not u.service
      and coalesce(u.status, 'active') = 'active'
      and exists (select 1 from platform_roles r where r.user_id = u.user_id)
),
active as (
    select
        user_id,
        bool_or(day > $today - 28) as now,
        bool_or(day <= $today - 28) as before
    from runs_daily
    where day > $today - 56 and day <= $today and runs > 0
    group by user_id
)
select
    (select count(*) from seats) as seats,
    count(*) filter (where a.now) as active,
    count(*) filter (where a.before) as active_before
from active a
join seats s using (user_id)
