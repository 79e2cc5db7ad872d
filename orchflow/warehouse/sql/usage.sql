-- name: usage_stage
-- one row per delivered usage event, read into its types; home is the organisation of its conversation, else of its user;
-- reason says why it cannot be kept
create or replace temp table parsed as
with typed as (
    select
        ordinal,
        md5_number(event_id) as event_key,
        $source as source,
        event_id,
        moment(occurred_at) as occurred_at,
        moment(recorded_at) as recorded_at,
        organization,
        caller,
        user_id,
        conversation_id,
        run_id,
        provider,
        model,
        lower(route) as route,
        try_cast(is_local as boolean) as is_local,
        case lower(status) when 'error' then 'failed' else lower(status) end as status,
        whole(input_tokens) as input_tokens,
        whole(output_tokens) as output_tokens,
        try_cast(cost as decimal(18, 8)) as cost,
        whole(duration_ms) as duration_ms,
        occurred_at as raw_occurred_at,
        recorded_at as raw_recorded_at,
        input_tokens as raw_input_tokens,
        output_tokens as raw_output_tokens,
        cost as raw_cost,
        duration_ms as raw_duration_ms
    from staged
)
select
    typed.* exclude (
        is_local, route, raw_occurred_at, raw_recorded_at, raw_input_tokens, raw_output_tokens, raw_cost, raw_duration_ms
    ),
    (occurred_at at time zone $zone)::date as day,
    coalesce(c.organization, o.organization) as home,
    case
        when route in ('local', 'remote') then route
        when is_local or lower(provider) = 'ollama' then 'local'
        when is_local = false or provider is not null then 'remote'
    end as route,
    coalesce(
        case when event_id is null then 'event_id is missing' end,
        case when raw_occurred_at is null then 'occurred_at is missing' end,
        time_fault('occurred_at', raw_occurred_at, occurred_at, $now + interval 1 day),
        case when recorded_at is null and raw_recorded_at is not null then 'recorded_at is not a time' end,
        number_fault('input_tokens', raw_input_tokens, input_tokens, 'a whole number'),
        number_fault('output_tokens', raw_output_tokens, output_tokens, 'a whole number'),
        number_fault('cost', raw_cost, cost, 'an amount'),
        number_fault('duration_ms', raw_duration_ms, duration_ms, 'a whole number')
    ) as reason
from typed
left join conversations c on c.source = $source and c.conversation_id = typed.conversation_id
left join user_organizations o on o.source = $source and o.user_id = typed.user_id

-- name: usage_complete
-- one row per usage event of the batch as it is to be, in the columns of the table
create or replace temp view complete as
select
    target, event_key, source, event_id, occurred_at, recorded_at, day, coalesce(organization, home) as organization,
    caller, user_id, conversation_id, run_id, provider, model, coalesce(route, 'remote') as route,
    coalesce(status, 'completed') as status, input_tokens, output_tokens, cost,
    case when cost is null then 'unpriced' when coalesce(route, 'remote') = 'local' then 'estimated' else 'reported' end
        as provenance,
    duration_ms
from merging
