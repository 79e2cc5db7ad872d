-- one row per caller that the batch names for the first time
insert into callers
select distinct i.source, i.caller, cast(null as varchar)
from incoming i
anti join callers c on c.source = i.source and c.caller = i.caller
where i.caller is not null
