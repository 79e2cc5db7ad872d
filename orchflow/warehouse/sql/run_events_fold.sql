-- one row per run event of the batch: of what was delivered twice the later value, but never a null for a value
create or replace temp table parsed as
select
    event_key,
    max(ordinal) as ordinal,
    any_value(source) as source,
    arg_max(event_id, ordinal) as event_id,
    arg_max(occurred_at, ordinal) as occurred_at,
    arg_max(type, ordinal) as type,
    arg_max(agent, ordinal) as agent,
    arg_max(conversation_id, ordinal) as conversation_id,
    arg_max(organization, ordinal) as organization,
    arg_max(user_id, ordinal) as user_id,
    arg_max(duration_ms, ordinal) as duration_ms,
    arg_max(error, ordinal) as error
from parsed
group by event_key
