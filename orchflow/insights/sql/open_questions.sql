-- one row: rows of sources that were set aside and are not yet resolved, and users of the platform matched to nobody
select
    (select count(*) from rejects where resolved_at is null) as rejects,
    (
        select count(distinct u.user_id)
        from platform_users u
        where u.present
          and not u.service
          and coalesce(u.status, 'active') = 'active'
          and not exists (
              select 1
              from people p
              where p.platform_user_id = u.user_id or lower(p.email) = lower(u.email)
          )
    ) as unmatched_users
