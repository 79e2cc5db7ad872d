-- one row per stored run event that the batch replaces
delete from run_events where rowid in (select target from incoming where target is not null)
