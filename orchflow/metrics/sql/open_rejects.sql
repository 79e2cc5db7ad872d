-- one row: how many rows of the sources asked for are set aside and not yet resolved
select count(*) as rejects
from rejects
where resolved_at is null and coalesce(list_contains($sources::varchar[], source), true)
