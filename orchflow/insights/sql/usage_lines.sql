-- one row is one line of the usage rollup that the filters let through; `value` is its value of the chosen dimension
select
    line.*,
    coalesce(case $dimension
        when 'provider' then line.provider
        when 'model' then line.model
        when 'agent' then line.agent
        when 'organization' then line.organization
        when 'user' then line.user_id
    end, 'UNATTRIBUTED') as value
from (
    select
        u.day,
        u.source,
        u.provider,
        u.model,
        c.agent,
        case when list_contains($pooled::varchar[], u.organization) then 'SMALL_GROUPS' else u.organization end as organization,
        u.user_id,
        u.status,
        u.provenance,
        u.events,
        u.input_tokens,
        u.output_tokens,
        u.cost
    from usage_daily u
    left join callers c using (source, caller)
) line
where coalesce(list_contains($sources::varchar[], line.source), true)
  and coalesce(list_contains($providers::varchar[], coalesce(line.provider, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($models::varchar[], coalesce(line.model, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($agents::varchar[], coalesce(line.agent, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($organizations::varchar[], coalesce(line.organization, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($users::varchar[], coalesce(line.user_id, 'UNATTRIBUTED')), true)
