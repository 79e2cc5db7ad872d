-- name: cost_events
-- one row is one call to a model, of one day and one value of the chosen dimension, the dearest first
with lines as (
    select
        e.occurred_at,
        e.event_id,
        e.source,
        c.agent,
        e.caller,
        e.user_id,
        e.organization,
        e.provider,
        e.model,
        e.status,
        e.calls,
        e.input_tokens,
        e.cached_input_tokens,
        e.cache_write_input_tokens,
        e.output_tokens,
        if(e.price_run is null, e.amount, e.priced_amount) as amount,
        if(e.price_run is null, e.currency, e.priced_currency) as currency,
        e.cost,
        e.provenance,
        e.duration_ms
    from usage_events e
    left join callers c using (source, caller)
    where e.day = $day
      and coalesce(list_contains($users::varchar[], coalesce(e.user_id, 'UNATTRIBUTED')), true)
)
select *, count(*) over () as count, sum(calls) over ()::bigint as all_calls
from lines
where ($value::varchar is null or $value = coalesce(case $dimension
        when 'provider' then provider
        when 'model' then model
        when 'agent' then agent
        when 'organization' then organization
        when 'user' then user_id
        when 'part' then 'llm'
    end, 'UNATTRIBUTED'))
  and coalesce(list_contains($parts::varchar[], 'llm'), true)
  and coalesce(list_contains($services::varchar[], 'UNATTRIBUTED'), true)
  and coalesce(list_contains($teams::varchar[], 'UNATTRIBUTED'), true)
  and coalesce(list_contains($projects::varchar[], 'UNATTRIBUTED'), true)
  and coalesce(list_contains($sources::varchar[], source), true)
  and coalesce(list_contains($providers::varchar[], coalesce(provider, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($models::varchar[], coalesce(model, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($agents::varchar[], coalesce(agent, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($organizations::varchar[], coalesce(organization, 'UNATTRIBUTED')), true)
order by cost desc nulls last, occurred_at, event_id
limit $row_limit

-- name: cost_expenses
-- one row is one line of what is no call to a model, of one day and one value of the chosen dimension, the dearest first
with lines as (
    select
        e.part,
        case e.origin when 'entry' then n.name when 'hours' then t.title end as what,
        e.origin,
        e.source,
        e.provider,
        e.service,
        e.sub_account,
        e.agent,
        e.team_id::varchar as team,
        e.project_id::varchar as project,
        e.hours,
        e.amount,
        e.currency,
        e.cost,
        e.cash,
        e.spread
    from expenses($rates) e
    left join cost_entries n on n.id = e.entry_id
    left join tasks t on t.id = e.task_id
    where e.day = $day
)
select *, count(*) over () as count
from lines
where ($value::varchar is null or $value = coalesce(case $dimension
        when 'part' then part
        when 'provider' then provider
        when 'service' then service
        when 'agent' then agent
        when 'team' then team
        when 'project' then project
    end, 'UNATTRIBUTED'))
  and coalesce(list_contains($parts::varchar[], part), true)
  and coalesce(list_contains($sources::varchar[], coalesce(source, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($providers::varchar[], coalesce(provider, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($services::varchar[], coalesce(service, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($agents::varchar[], coalesce(agent, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($teams::varchar[], coalesce(team, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($projects::varchar[], coalesce(project, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($models::varchar[], 'UNATTRIBUTED'), true)
  and coalesce(list_contains($organizations::varchar[], 'UNATTRIBUTED'), true)
  and coalesce(list_contains($users::varchar[], 'UNATTRIBUTED'), true)
order by cost desc nulls last, part, what
limit $row_limit
