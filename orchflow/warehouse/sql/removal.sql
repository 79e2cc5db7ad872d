-- name: usage_missing
-- one row per stored usage event of a source (on some days of recording, or on any) that is not among those there are
create or replace temp table matched as
select e.rowid as target, e.*
from usage_events e
anti join staged s on md5_number(s.event_id) = e.event_key
where e.source = $source and coalesce(list_contains($days::date[], (coalesce(e.recorded_at, e.occurred_at) at time zone 'UTC')::date), true)

-- name: usage_older
-- one row per missing usage event that is older than all that are there of its kind: the platform lets go of what is old, which is no
-- correction, so that it stays. There are those that were read, and those of days that are told as they are stored; events of the
-- platform have numbers, which it lets go of apart from records of calls
delete from matched
where $aged and target not in (
    select e.target
    from matched e
    join (
        select regexp_full_match(e.event_id, '\d+') as numbered, min(coalesce(e.recorded_at, e.occurred_at)) as first
        from usage_events e
        left join (select distinct md5_number(event_id) as event_key from staged) s on s.event_key = e.event_key
        where
            s.event_key is not null
            or (
                e.source = $source
                and coalesce(not list_contains($differing::date[], (coalesce(e.recorded_at, e.occurred_at) at time zone 'UTC')::date), false)
            )
        group by 1
    ) there on there.numbered = regexp_full_match(e.event_id, '\d+')
    where coalesce(e.recorded_at, e.occurred_at) >= there.first
)

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

-- name: run_events_older
-- one row per missing run event that is older than all that are there of its kind: the platform lets go of what is old, which is no
-- correction, so that it stays. There are those that were read, and those of days that are told as they are stored; events of the
-- platform have numbers, which it lets go of apart from records of calls
delete from matched
where $aged and target not in (
    select e.target
    from matched e
    join (
        select regexp_full_match(e.event_id, '\d+') as numbered, min(e.occurred_at) as first
        from run_events e
        left join (select distinct md5_number(event_id) as event_key from staged) s on s.event_key = e.event_key
        where
            s.event_key is not null
            or (
                e.source = $source
                and coalesce(not list_contains($differing::date[], (e.occurred_at at time zone 'UTC')::date), false)
            )
        group by 1
    ) there on there.numbered = regexp_full_match(e.event_id, '\d+')
    where e.occurred_at >= there.first
)

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

-- name: tasks_missing
-- one row per stored task of a source (created on some days, or on any) that is not among those there are
create or replace temp table matched as
select t.rowid as target, t.*
from agent_tasks t
anti join staged s on s.event_id = t.task_id
where
    t.source = $source
    and coalesce(list_contains($days::date[], coalesce((t.created_at at time zone 'UTC')::date, 'epoch')), true)

-- name: tasks_list
-- one row per task that goes
insert into removed_events
select
    m.source, 'tasks', m.task_id, coalesce(m.created_at, m.updated_at, $now), c.organization, c.agent,
    coalesce(m.user_id, c.user_id), null, m.status, null, null, null, $now
from matched m
left join conversations c using (source, conversation_id)

-- name: tasks_unthread
-- one row per conversation that loses a task, for which its run may have waited
insert into touched_threads
select distinct source, conversation_id from matched where conversation_id is not null

-- name: tasks_removed
-- one row per stored task that goes
delete from agent_tasks where rowid in (select target from matched)

-- name: conversations_missing
-- one row per stored conversation of a source (begun on some days, or on any) that is not among those there are
create or replace temp table matched as
select c.rowid as target, c.*
from conversations c
anti join staged s on s.event_id = c.conversation_id
where
    c.source = $source
    and c.present
    and coalesce(c.user_id = $user, $user is null)
    and coalesce(list_contains($days::date[], coalesce((c.started_at at time zone 'UTC')::date, 'epoch')), true)

-- name: conversations_list
-- one row per conversation that is gone
insert into removed_events
select
    source, 'conversations', conversation_id, coalesce(started_at, last_active_at, $now), organization, agent, user_id,
    null, null, null, null, null, $now
from matched

-- name: conversations_removed
-- one row per conversation that is gone: it is kept, since it says whose its calls and runs were
update conversations set present = false where rowid in (select target from matched)

-- name: seen_again
-- one row per event of the batch that is known from another source only, and was not delivered by this one before
insert into seen_again
select distinct $source, $dataset, p.event_key
from parsed p
semi join (from matched where source <> $source) other
    on other.event_key = p.event_key and same_moment(other.occurred_at, p.occurred_at)
anti join (from matched where source = $source) own on own.event_key = p.event_key
anti join (from seen_again where source = $source and dataset = $dataset) seen on seen.event_key = p.event_key

-- name: seen_no_longer
-- one row per event of another source (on some days, or on any) that this one delivered too and that is not among those there are
delete from seen_again
where source = $source and dataset = $dataset and event_key in (
    select e.event_key
    from {table} e
    anti join staged s on md5_number(s.event_id) = e.event_key
    where e.source <> $source and coalesce(list_contains($days::date[], ({moment} at time zone 'UTC')::date), true)
)

-- name: still_seen
-- one row per event that is missing and that another source delivered too: it is that one's from now on
create or replace temp table merged as
select m.* replace (seen.source as source)
from matched m
join (
    select event_key, min(source) as source
    from seen_again
    where dataset = $dataset and source <> $source
    group by event_key
) seen using (event_key)

-- name: still_seen_taken
-- one row per event that is another source's own from now on
delete from seen_again
where dataset = $dataset and (source, event_key) in (select (source, event_key) from merged)

-- name: still_seen_kept
-- one row per missing event that does not go
delete from matched where target in (select target from merged)
