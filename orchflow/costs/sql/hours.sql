-- name: hours_without_rate
-- one row: the hours that were logged while no hourly rate held, and the first and last day of them
select sum(hours) as hours, min(day) as first, max(day) as last
from hours_daily
where rate_id is null and hours > 0
