-- one row per reject seen for the first time
insert into rejects
select f.reject_key, $source, $job, $dataset, f.reason, f.raw, $now, $now, 1, null
from refused f
anti join rejects r on r.reject_key = f.reject_key
