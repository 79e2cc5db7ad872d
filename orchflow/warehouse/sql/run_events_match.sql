-- one row per stored run event, of any source, whose id is in the batch
create or replace temp table matched as
select e.rowid as target, e.*
from run_events e
semi join parsed p on p.event_key = e.event_key
