-- one row per waiting reject whose event is in the batch in a form that can be kept
update rejects
set resolved_at = $now
where source = $source and dataset = $dataset and resolved_at is null
    and (raw ->> 'event_id') in (select event_id from parsed)
