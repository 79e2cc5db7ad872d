-- name: threads_create
-- one row per conversation (or, without one, agent) whose runs have to be matched anew
create or replace temp table touched_threads (source varchar, thread varchar)

-- name: threads_all
-- one row per thread of runs there is
insert into touched_threads
select distinct source, coalesce(conversation_id, chr(31) || agent) from run_events

-- name: touched
-- one row: how many threads of runs are touched
select count(*) from touched_threads

-- name: runs_clear
-- one row per run of the touched threads
delete from agent_runs r
using (select distinct source, thread from touched_threads) t
where t.source = r.source and t.thread = coalesce(r.conversation_id, chr(31) || r.agent)

-- name: runs_empty
-- one row per run there is
delete from agent_runs

-- name: runs_match
-- one row per run of the touched threads: starts and ends matched like parentheses within source, agent and conversation
insert into agent_runs
with events as (
    -- the same event delivered under several ids counts once
    select
        e.source, coalesce(e.conversation_id, chr(31) || e.agent) as thread, e.agent, e.conversation_id, e.occurred_at, e.type,
        max(e.organization) as organization,
        max(e.user_id) as user_id,
        max(e.duration_ms) as duration_ms,
        max(e.error) as error
    from run_events e
    semi join touched_threads t on t.source = e.source and t.thread = coalesce(e.conversation_id, chr(31) || e.agent)
    group by all
), latest as (
    select source, agent, conversation_id, max(occurred_at) as last_event_at
    from events
    group by all
), walked as (
    -- depth falls with every end; below its lowest point so far there is nothing open, and it starts from the floor again
    select
        *,
        sum(if(type = 'started', 1, -1)) over thread_order as height,
        if(type = 'started', 1, -1) as step
    from events
    where type <> 'progress'
    window thread_order as (
        partition by source, agent, conversation_id
        order by occurred_at, if(type = 'started', 0, 1), type
        rows unbounded preceding
    )
), floored as (
    select
        *,
        least(0, min(height) over (
            partition by source, agent, conversation_id
            order by occurred_at, if(type = 'started', 0, 1), type
            rows unbounded preceding
        )) as lowest,
        coalesce(least(0, min(height) over (
            partition by source, agent, conversation_id
            order by occurred_at, if(type = 'started', 0, 1), type
            rows between unbounded preceding and 1 preceding
        )), 0) as lowest_before
    from walked
), levelled as (
    select
        *,
        type <> 'started' and height < lowest_before as unmatched,
        if(type = 'started', height - lowest, height - lowest + 1) as level
    from floored
), paired as (
    select
        *,
        lead(occurred_at) over pairs as end_at,
        lead(type) over pairs as end_type,
        lead(duration_ms) over pairs as end_duration_ms,
        lead(error) over pairs as end_error,
        lead(organization) over pairs as end_organization,
        lead(user_id) over pairs as end_user_id
    from levelled
    window pairs as (
        partition by source, agent, conversation_id, unmatched, level
        order by occurred_at, if(type = 'started', 0, 1), type
    )
), runs as (
    select
        source, thread, agent, conversation_id,
        coalesce(organization, end_organization) as organization,
        coalesce(user_id, end_user_id) as user_id,
        occurred_at as started_at,
        end_at as ended_at,
        coalesce(end_type, 'running') as status,
        coalesce(end_duration_ms, date_diff('millisecond', occurred_at, end_at)) as duration_ms,
        end_error as error,
        'started' as known_by
    from paired
    where type = 'started'
    union all
    select
        source, thread, agent, conversation_id, organization, user_id,
        occurred_at - to_milliseconds(duration_ms) as started_at,
        occurred_at as ended_at,
        type as status,
        duration_ms,
        error,
        type as known_by
    from paired
    where unmatched
), waiting as (
    select source, conversation_id, min(coalesce(waiting_since, updated_at, created_at)) as waiting_since
    from agent_tasks
    where waiting and conversation_id is not null
    group by all
), refused as (
    -- a task whose outcome a person rejected, from its beginning to that decision
    select source, conversation_id, created_at, coalesce(updated_at, created_at) as decided_at
    from agent_tasks
    where status = 'rejected' and conversation_id is not null
), newest as (
    select *, row_number() over (partition by source, conversation_id order by started_at desc, agent) as recency
    from runs
    where status = 'running'
)
select
    md5(concat_ws(
        chr(31), r.source, r.agent, coalesce(r.conversation_id, ''), r.known_by,
        epoch_us(if(r.known_by = 'started', r.started_at, r.ended_at))
    )) as run_id,
    r.source,
    r.agent,
    r.conversation_id,
    coalesce(r.organization, c.organization, o.organization) as organization,
    coalesce(r.user_id, c.user_id) as user_id,
    (coalesce(r.started_at, r.ended_at) at time zone $zone)::date as day,
    r.started_at,
    r.ended_at,
    if(r.status = 'running', l.last_event_at, r.ended_at) as last_event_at,
    r.status,
    r.duration_ms,
    r.error,
    w.waiting_since,
    r.status = 'completed' and exists (
        select 1
        from refused f
        where f.source = r.source
            and f.conversation_id = r.conversation_id
            and coalesce(r.ended_at >= f.created_at, true)
            and coalesce(r.ended_at <= f.decided_at, true)
    ) as rejected
from runs r
join latest l on l.source = r.source and l.agent = r.agent and l.conversation_id is not distinct from r.conversation_id
left join conversations c on c.source = r.source and c.conversation_id = r.conversation_id
left join user_organizations o on o.source = r.source and o.user_id = coalesce(r.user_id, c.user_id)
left join newest n
    on n.recency = 1 and n.source = r.source and n.agent = r.agent and n.conversation_id = r.conversation_id
    and n.started_at = r.started_at and r.status = 'running'
left join waiting w on w.source = n.source and w.conversation_id = n.conversation_id
