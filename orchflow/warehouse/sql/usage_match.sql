-- one row per stored usage event, of any source, whose id is in the batch
create or replace temp table matched as
select u.rowid as target, u.*
from usage_events u
semi join parsed p on p.event_key = u.event_key
