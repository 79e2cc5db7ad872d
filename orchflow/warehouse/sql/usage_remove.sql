-- one row per stored usage event that the batch replaces
delete from usage_events where rowid in (select target from incoming where target is not null)
