-- name: usage_missing
-- one row per stored usage event of a source (on some days of recording, or on any) that is not among those there are
create or replace temp table matched as
select e.rowid as target, e.*
from usage_events e
anti join staged s on md5_number(s.event_id) = e.event_key
where
    e.source = $source
    and coalesce(list_contains($days::date[], (coalesce(e.recorded_at, e.occurred_at) at time zone 'UTC')::date), true)

-- name: usage_list
-- one row per usage event that goes
insert into removed_events
select
    m.source, 'usage', m.event_id, m.occurred_at, m.organization, coalesce(c.agent, m.caller), m.user_id, m.model, m.status,
    m.amount, m.currency, m.cost, $now
from matched m
left join callers c using (source, caller)

-- name: run_events_missing
-- one row per stored run event of a source (on some days, or on any) that is not among those there are
create or replace temp table matched as
select e.rowid as target, e.*
from run_events e
anti join staged s on md5_number(s.event_id) = e.event_key
where e.source = $source and coalesce(list_contains($days::date[], (e.occurred_at at time zone 'UTC')::date), true)

-- name: run_events_list
-- one row per run event that goes
insert into removed_events
select source, 'run_events', event_id, occurred_at, organization, agent, user_id, null, type, null, null, null, $now
from matched

-- name: run_events_unthread
-- one row per thread of runs that loses an event
insert into touched_threads
select distinct source, coalesce(conversation_id, chr(31) || agent) from matched

-- name: run_events_removed
-- one row per stored run event that goes
delete from run_events where rowid in (select target from matched)
