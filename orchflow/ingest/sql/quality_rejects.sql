-- One row per reason for which rows of a source are set aside: how many, and since when.
select reason, count(*) as rows, min(first_seen_at) as since
from rejects
where source = $source and resolved_at is null
group by reason
order by rows desc, reason
