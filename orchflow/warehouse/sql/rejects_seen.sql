-- one row per reject that was delivered again
update rejects
set reason = f.reason, last_seen_at = $now, attempts = attempts + 1, resolved_at = null
from refused f
where f.reject_key = rejects.reject_key
