-- what a row itself says of its organisation stands apart from what its conversation or user says, which may be learned later
alter table usage_events add column reported_organization varchar;

-- an enterprise platform's list writes unknown where there is none
update usage_events
set organization = null
where organization = 'unknown'
    and source in (select source from platform_users)
    and source not in (select source from organizations where slug = 'unknown');

update run_events
set organization = null
where organization = 'unknown'
    and source in (select source from platform_users)
    and source not in (select source from organizations where slug = 'unknown');

-- rows of the platform's ledger, whose ids are uuids, never name one
update usage_events
set reported_organization = organization
where not (source in (select source from platform_users) and contains(event_id, '-'));

-- rollups and attribution are made anew when the warehouse is next opened
update meta set value = '' where key = 'timezone';
