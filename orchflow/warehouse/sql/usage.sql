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

-- name: usage_incoming_fresh
-- one row per usage event to be written, when nothing of the batch is stored yet: no comparing, no copy
create or replace temp view incoming as
select
    cast(null as bigint) as target, event_key, source, event_id, occurred_at, recorded_at, day,
    coalesce(organization, home) as organization,
    caller, user_id, conversation_id, run_id, provider, model,
    coalesce(route, 'remote') as route,
    coalesce(status, 'completed') as status,
    input_tokens, output_tokens, cost, duration_ms,
    case when cost is null then 'unpriced' when route = 'local' then 'estimated' else 'reported' end as provenance
from parsed

-- name: usage_merge
-- one row per usage event to be written: unknown until now (target is null) or different from what is stored
create or replace temp table merged as
with joined as (
    select
        own.target,
        p.event_key,
        p.source,
        p.event_id,
        p.occurred_at,
        coalesce(p.recorded_at, own.recorded_at) as recorded_at,
        p.day,
        coalesce(p.organization, own.organization, p.home) as organization,
        coalesce(p.caller, own.caller) as caller,
        coalesce(p.user_id, own.user_id) as user_id,
        coalesce(p.conversation_id, own.conversation_id) as conversation_id,
        coalesce(p.run_id, own.run_id) as run_id,
        coalesce(p.provider, own.provider) as provider,
        coalesce(p.model, own.model) as model,
        coalesce(p.route, own.route, 'remote') as route,
        coalesce(p.status, own.status, 'completed') as status,
        coalesce(p.input_tokens, own.input_tokens) as input_tokens,
        coalesce(p.output_tokens, own.output_tokens) as output_tokens,
        coalesce(p.cost, own.cost) as cost,
        coalesce(p.duration_ms, own.duration_ms) as duration_ms
    from parsed p
    left join (from matched where source = $source) own on own.event_key = p.event_key
    anti join (
        -- known from another source only: the same call seen through a second door
        from matched other
        where other.source <> $source
            and other.event_key not in (select event_key from matched where source = $source)
    ) other on other.event_key = p.event_key and other.occurred_at = p.occurred_at
), placed as (
    select
        *,
        case when cost is null then 'unpriced' when route = 'local' then 'estimated' else 'reported' end as provenance
    from joined
)
from placed p
where p.target is null or not exists (
    from matched own
    where own.target = p.target
        and own.occurred_at = p.occurred_at
        and own.recorded_at is not distinct from p.recorded_at
        and own.organization is not distinct from p.organization
        and own.caller is not distinct from p.caller
        and own.user_id is not distinct from p.user_id
        and own.conversation_id is not distinct from p.conversation_id
        and own.run_id is not distinct from p.run_id
        and own.provider is not distinct from p.provider
        and own.model is not distinct from p.model
        and own.route = p.route
        and own.status = p.status
        and own.input_tokens is not distinct from p.input_tokens
        and own.output_tokens is not distinct from p.output_tokens
        and own.cost is not distinct from p.cost
        and own.duration_ms is not distinct from p.duration_ms
)
