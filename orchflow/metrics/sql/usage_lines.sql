-- one row is one line of usage of both periods: of whole days from the rollup, of a day cut short from its calls
select
    u.day,
    u.source,
    u.provider,
    u.model,
    u.caller,
    case when list_contains($pooled::varchar[], coalesce(u.organization, 'UNATTRIBUTED')) then 'SMALL_GROUPS' else u.organization end as organization,
    u.user_id,
    u.status,
    u.provenance,
    u.events,
    u.input_tokens,
    u.output_tokens,
    u.cost
from (
    select day, source, provider, model, caller, organization, user_id, status, provenance, events, input_tokens, output_tokens, cost
    from usage_daily
    where day between $start and $end or day between $previous_start and $whole_until
    union all
    select day, source, provider, model, caller, organization, user_id, status, provenance, 1, input_tokens, output_tokens, cost
    from usage_events
    where day = $previous_end and occurred_at <= $usage_until::timestamptz
) u
