-- one row is one organisation with the number of people known in it, the smallest first; those without one are a group
with members as (
    select organization, user_id from platform_users where not coalesce(service, false) and organization is not null
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
  and not exists (select 1 from platform_users s where s.user_id = m.user_id and s.service)
group by m.organization
order by people, m.organization
