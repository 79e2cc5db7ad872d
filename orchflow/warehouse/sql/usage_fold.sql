-- one row per usage event of the batch: of what was delivered twice the later value, but never a null for a value
create or replace temp table parsed as
select
    event_key,
    max(ordinal) as ordinal,
    any_value(source) as source,
    arg_max(event_id, ordinal) as event_id,
    arg_max(occurred_at, ordinal) as occurred_at,
    arg_max(recorded_at, ordinal) as recorded_at,
    arg_max(organization, ordinal) as organization,
    arg_max(caller, ordinal) as caller,
    arg_max(user_id, ordinal) as user_id,
    arg_max(conversation_id, ordinal) as conversation_id,
    arg_max(run_id, ordinal) as run_id,
    arg_max(provider, ordinal) as provider,
    arg_max(model, ordinal) as model,
    arg_max(route, ordinal) as route,
    arg_max(status, ordinal) as status,
    arg_max(input_tokens, ordinal) as input_tokens,
    arg_max(output_tokens, ordinal) as output_tokens,
    arg_max(cost, ordinal) as cost,
    arg_max(duration_ms, ordinal) as duration_ms,
    arg_max(day, ordinal) as day,
    arg_max(home, ordinal) as home
from parsed
group by event_key
