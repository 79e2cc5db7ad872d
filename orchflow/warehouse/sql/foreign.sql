-- one row: how many events of the batch another source has delivered before
select count(*)
from parsed p
semi join (from matched where source <> $source) other on other.event_key = p.event_key and other.occurred_at = p.occurred_at
anti join (from matched where source = $source) own on own.event_key = p.event_key
