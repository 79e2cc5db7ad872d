-- one row: how many users of the platform are matched to nobody
select count(distinct u.user_id) as users
from platform_users u
where u.present
  and not u.service
  and coalesce(u.status, 'active') = 'active'
  and not exists (
      select 1
      from people p
      where p.platform_user_id = u.user_id or lower(p.email) = lower(u.email)
  )
