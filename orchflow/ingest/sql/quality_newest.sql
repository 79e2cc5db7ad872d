-- One row: the newest usage event of a source.
select max(occurred_at) as newest
from usage_events
where source = $source and day >= (select max(day) from usage_daily where source = $source)
