-- a conversation that its platform deleted still says whose the calls and runs were that were held in it
alter table conversations add column present boolean;

update conversations set present = true;

-- what a run was asked for: new rows, everything from the beginning (full), or to be compared with what was loaded (reconcile)
alter table ingest_runs add column kind varchar;

update ingest_runs set kind = case when job = 'reconcile' then 'reconcile' else 'new' end;

-- one row per event that a source delivered after another one of the same platform: it is stored once, and goes when none of
-- them has it any more
create table seen_again (
    source varchar not null,
    dataset varchar not null,
    event_key uhugeint not null
);

-- one row per source and other source that knows the same users, which means that both read one installation
create view same_platform as
select distinct own.source, other.source as other
from platform_users as own
join platform_users as other on other.user_id = own.user_id and other.source <> own.source
