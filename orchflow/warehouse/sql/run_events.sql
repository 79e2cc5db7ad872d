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
        cast(null as timestamptz) as delivered_at,
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

-- name: run_events_complete
-- one row per run event of the batch as it is to be, in the columns of the table
create or replace temp view complete as select * exclude (ordinal, reason, delivered_at) from merging

-- name: run_events_touch
-- one row per thread of runs that the batch touches, as it was and as it is
insert into touched_threads
select source, coalesce(conversation_id, chr(31) || agent) from incoming
union
select m.source, coalesce(m.conversation_id, chr(31) || m.agent) from matched m semi join incoming i on i.target = m.target
