-- one row: how many rows are new and how many differ from what is stored
select count(*) filter (where t.source is null), count(*) filter (where t.source is not null)
from fresh f
left join (from {table} where source = $source) t using ({keys})
