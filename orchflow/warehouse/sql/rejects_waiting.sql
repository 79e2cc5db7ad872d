-- one row per reject that waits, oldest first
select source, dataset, reject_key::varchar as reject_key, raw::varchar as raw
from rejects
where resolved_at is null and ($source is null or source = $source)
order by first_seen_at, reject_key
