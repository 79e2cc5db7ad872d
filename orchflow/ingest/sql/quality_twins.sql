-- One row per other source that knows the same users of the platform, which means it reads the same installation.
select other.source
from platform_users as own
join platform_users as other on other.user_id = own.user_id and other.source <> own.source
where own.source = $source
group by other.source
order by other.source
