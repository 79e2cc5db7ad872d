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
