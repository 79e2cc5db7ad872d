-- One row per row that is set aside, newest first.
select source, job, dataset, reason, raw::varchar as raw, first_seen_at, last_seen_at, attempts
from rejects
where resolved_at is null and ($source is null or source = $source)
order by last_seen_at desc, reason, raw
limit $limit
