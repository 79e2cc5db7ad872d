-- name: usage_events
-- one row is one call to a model, with the agent it is attributed to, in the order in which it was loaded
select
    e.event_id,
    e.source,
    e.occurred_at,
    e.organization,
    c.agent,
    e.caller,
    e.user_id,
    e.provider,
    e.model,
    e.route,
    e.status,
    e.input_tokens,
    e.output_tokens,
    e.cost,
    e.provenance,
    e.duration_ms,
    e.calls,
    e.cached_input_tokens,
    e.cache_write_input_tokens,
    if(e.price_run is null, e.amount, e.priced_amount) as amount,
    if(e.price_run is null, e.currency, e.priced_currency) as currency,
    $currency::varchar as cost_currency,
    if(e.price_run is null, e.amount, e.priced_amount) is not null and e.cost is null as unconverted,
    e.cache_write_1h_input_tokens,
    e.reasoning_tokens,
    e.images,
    e.seconds,
    e.service_tier,
    e.amount as delivered_amount,
    e.currency as delivered_currency,
    e.price_run
from usage_events e
left join callers c using (source, caller)
where e.day >= coalesce($start::date, e.day) and e.day <= coalesce($end::date, e.day)

-- name: usage_daily
-- one row is all calls of one day that share everything but their time
select
    u.day,
    u.source,
    u.organization,
    c.agent,
    u.caller,
    u.user_id,
    u.provider,
    u.model,
    u.route,
    u.status,
    u.provenance,
    sum(u.calls)::bigint as calls,
    sum(u.input_tokens)::bigint as input_tokens,
    sum(u.output_tokens)::bigint as output_tokens,
    sum(u.cost) as cost,
    sum(u.duration_ms)::bigint as duration_ms,
    sum(u.cached_input_tokens)::bigint as cached_input_tokens,
    sum(u.cache_write_input_tokens)::bigint as cache_write_input_tokens,
    sum(u.amount) as amount,
    u.currency,
    $currency::varchar as cost_currency
from usage_daily u
left join callers c using (source, caller)
where u.day >= coalesce($start::date, u.day) and u.day <= coalesce($end::date, u.day)
group by all
order by all

-- name: expenses
-- one row is what one line of infrastructure, development time or operations costs on one day
select
    e.day,
    e.part,
    e.origin,
    e.source,
    e.provider,
    e.service,
    e.sub_account,
    e.agent,
    e.team_id::varchar as team,
    e.project_id::varchar as project,
    e.goal_id,
    e.entry_id,
    e.task_id,
    case when e.amount is null then e.hours end as unpriced_hours,
    e.amount,
    e.currency,
    e.cost,
    e.cash,
    $currency::varchar as cost_currency,
    e.spread,
    e.unconverted > 0 as unconverted
from expenses($rates) e
where e.day >= coalesce($start::date, e.day) and e.day <= coalesce($end::date, e.day)

-- name: agent_runs
-- one row is one run of an agent
select
    r.run_id,
    r.source,
    r.agent,
    r.organization,
    r.user_id,
    r.conversation_id,
    r.started_at,
    r.ended_at,
    r.status,
    r.duration_ms,
    r.error,
    r.rejected
from agent_runs r
where r.day >= coalesce($start::date, r.day) and r.day <= coalesce($end::date, r.day)

-- name: agents
-- one row is one agent
select
    a.slug,
    array_to_string(a.sources, ', ') as source,
    a.name,
    a.description,
    a.agent_type,
    a.department,
    array_to_string(a.organizations, ', ') as organizations,
    a.status,
    a.column_status,
    a.fault,
    a.provider,
    a.model,
    a.present,
    a.created_at,
    a.updated_at
from known_agents a
order by a.slug

-- name: users
-- one row is one user of the platform and the person here who it is
select
    u.user_id,
    array_to_string(u.sources, ', ') as source,
    u.email,
    u.display_name,
    u.organization,
    u.status,
    u.service,
    u.present,
    u.created_at,
    (
        select string_agg(distinct r.role, ', ' order by r.role)
        from platform_roles r
        where r.user_id = u.user_id
    ) as roles,
    (
        select min(p.username)
        from people p
        where p.platform_user_id = u.user_id or lower(p.email) = lower(u.email)
    ) as username
from known_users u
order by u.email, u.user_id

-- name: organizations
-- one row is one organisation
select slug, array_to_string(sources, ', ') as source, name, description, present
from known_organizations
where not list_contains($small::varchar[], slug)
order by slug

-- name: ingest_runs
-- one row is one run of one job of one source, the newest first
select
    run_id,
    source,
    job,
    trigger,
    started_at,
    finished_at,
    state,
    rows_read,
    rows_new,
    rows_changed,
    rows_rejected,
    rows_duplicate,
    rows_superseded,
    rows_gone,
    error,
    hint
from ingest_runs
order by started_at desc, run_id

-- name: removed_events
-- one row is one row that the platform no longer had when what was loaded was compared with it
select source, dataset, event_id, occurred_at, organization, agent, user_id, model, status, amount, currency, cost, removed_at
from removed_events
order by removed_at, occurred_at, event_id
