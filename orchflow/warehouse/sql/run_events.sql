-- name: run_events_stage
-- one row per delivered run event, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
with typed as (
    select
        ordinal,
        md5_number(event_id) as event_key,
        $source as source,
        event_id,
        moment(occurred_at) as occurred_at,
        lower(type) as type,
        agent,
        conversation_id,
        organization,
        user_id,
        whole(duration_ms) as duration_ms,
        error,
        occurred_at as raw_occurred_at,
        duration_ms as raw_duration_ms
    from staged
)
select
    typed.* exclude (raw_occurred_at, raw_duration_ms),
    coalesce(
        case when event_id is null then 'event_id is missing' end,
        case when raw_occurred_at is null then 'occurred_at is missing' end,
        time_fault('occurred_at', raw_occurred_at, occurred_at, $now + interval 1 day),
        case
            when type is null then 'type is missing'
            when type not in ('started', 'progress', 'completed', 'failed') then 'type is not a run event'
        end,
        case when agent is null then 'agent is missing' end,
        number_fault('duration_ms', raw_duration_ms, duration_ms, 'a whole number')
    ) as reason
from typed

-- name: run_events_incoming_fresh
-- one row per run event to be written, when nothing of the batch is stored yet
create or replace temp view incoming as
select
    cast(null as bigint) as target, event_key, source, event_id, occurred_at, type, agent, conversation_id, organization,
    user_id, duration_ms, error
from parsed

-- name: run_events_merge
-- one row per run event to be written: unknown until now (target is null) or different from what is stored
create or replace temp table merged as
with joined as (
    select
        own.target,
        p.event_key,
        p.source,
        p.event_id,
        p.occurred_at,
        p.type,
        p.agent,
        coalesce(p.conversation_id, own.conversation_id) as conversation_id,
        coalesce(p.organization, own.organization) as organization,
        coalesce(p.user_id, own.user_id) as user_id,
        coalesce(p.duration_ms, own.duration_ms) as duration_ms,
        coalesce(p.error, own.error) as error
    from parsed p
    left join (from matched where source = $source) own on own.event_key = p.event_key
    anti join (
        -- known from another source only: the same event seen through a second door
        from matched other
        where other.source <> $source
            and other.event_key not in (select event_key from matched where source = $source)
    ) other on other.event_key = p.event_key and other.occurred_at = p.occurred_at
)
from joined p
where p.target is null or not exists (
    from matched own
    where own.target = p.target
        and own.occurred_at = p.occurred_at
        and own.type = p.type
        and own.agent = p.agent
        and own.conversation_id is not distinct from p.conversation_id
        and own.organization is not distinct from p.organization
        and own.user_id is not distinct from p.user_id
        and own.duration_ms is not distinct from p.duration_ms
        and own.error is not distinct from p.error
)

-- name: run_events_touch
-- one row per thread of runs that the batch touches, as it was and as it is
insert into touched_threads
select source, coalesce(conversation_id, chr(31) || agent) from incoming
union
select m.source, coalesce(m.conversation_id, chr(31) || m.agent) from matched m semi join incoming i on i.target = m.target
