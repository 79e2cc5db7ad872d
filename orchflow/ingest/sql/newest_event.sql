-- One row: the newest usage event of any source.
select max(occurred_at) as newest
from usage_events
where day >= (select max(day) from usage_daily)
