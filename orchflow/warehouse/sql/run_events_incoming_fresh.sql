-- one row per run event to be written, when nothing of the batch is stored yet
create or replace temp view incoming as
select
    cast(null as bigint) as target, event_key, source, event_id, occurred_at, type, agent, conversation_id, organization,
    user_id, duration_ms, error
from parsed
