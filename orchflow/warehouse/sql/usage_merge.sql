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
