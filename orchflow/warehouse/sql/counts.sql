-- one row: events of the batch that are new and those that differ from what is stored
select
    count(*) filter (where target is null) as new,
    count(*) filter (where target is not null) as changed
from incoming
