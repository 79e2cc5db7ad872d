-- name: usage_lines
-- one row is one line of usage of both periods: of whole days from the rollup, of a day cut short from its calls
from usage_daily
where day between $start and $end or day between $previous_start and $whole_until
union all by name
select
    day, source, provider, model, caller, organization, user_id, status, provenance,
    if(price_run is null, currency, priced_currency) as currency, calls,
    input_tokens, cached_input_tokens, cache_write_input_tokens, output_tokens, cost,
    (if(price_run is null, amount, priced_amount) is not null and cost is null)::bigint as unconverted,
    case when cost is null then if(price_run is null, amount, priced_amount) end as unconverted_amount
from usage_events
where day = $previous_end and occurred_at <= $usage_until::timestamptz

-- name: run_lines
-- one row is one line of runs of both periods: of whole days from the rollup, of a day cut short from its runs
select
    r.day,
    r.source,
    r.agent,
    r.organization,
    r.user_id,
    coalesce(r.user_id not in (select user_id from known_users where service), true) as by_person,
    r.runs,
    r.completed,
    r.failed,
    r.rejected
from (
    select day, source, agent, organization, user_id, runs, completed, failed, rejected
    from runs_daily
    where day between $start and $end or day between $previous_start and $whole_until
    union all
    select
        day, source, agent, organization, user_id, 1,
        (status = 'completed' and coalesce(ended_at, last_event_at) <= $runs_until::timestamptz)::bigint,
        (status = 'failed' and coalesce(ended_at, last_event_at) <= $runs_until::timestamptz)::bigint,
        (rejected and coalesce(ended_at, last_event_at) <= $runs_until::timestamptz)::bigint
    from agent_runs
    where day = $previous_end and coalesce(started_at, last_event_at) <= $runs_until::timestamptz
) r

-- name: run_records
-- one row is one run of both periods; of a day cut short as it stood then
select
    r.day,
    r.source,
    r.agent,
    r.organization,
    r.user_id,
    case
        when r.day <> $previous_end or $runs_until is null or coalesce(r.ended_at, r.last_event_at) <= $runs_until::timestamptz then r.status
        else 'running'
    end as status,
    r.duration_ms
from agent_runs r
where r.day between $start and $end
    or r.day between $previous_start and $whole_until
    or (r.day = $previous_end and coalesce(r.started_at, r.last_event_at) <= $runs_until::timestamptz)

-- name: expense_lines
-- one row is one line of what costs and is no call to a model, of whole days of both periods; user_id is whose hours it is of
select
    e.day,
    e.source,
    e.part,
    e.origin,
    e.provider,
    e.service,
    e.agent,
    e.team_id::varchar as team,
    e.project_id::varchar as project,
    case when e.person_id is not null then coalesce(p.platform_user_id, concat('person ', e.person_id)) end as user_id,
    e.currency,
    e.cost,
    e.cash,
    e.spread,
    e.unconverted,
    case when e.cost is null then e.amount end as unconverted_amount,
    e.hours,
    case when e.amount is null then e.hours end as unpriced_hours
from expenses($rates) e
left join people p on p.id = e.person_id
where e.day between $start and $end or e.day between $previous_start and $previous_end

-- name: coverage
-- one row: the first and last day with usage and with runs, the first with other expenses, and the newest source row of each that is not ahead of $now; as subqueries of one select the ten of them would be planned for ten times as long
from (select min(day) as usage_from, max(day) as usage_to from usage_daily)
positional join (select min(day) as runs_from, max(day) as runs_to from runs_daily)
positional join (
    select
        -- what people write down has no beginning; bills are known from the first one on
        if(count(*) = 0, null, coalesce(min(day) filter (where origin = 'focus'), date '0001-01-01')) as expenses_from,
        coalesce(list(distinct part), []) as expense_parts
    from expenses_daily
)
positional join (select if(count(*) = 0, null, date '0001-01-01') as benefits_from from benefits)
positional join (select count(*) > 0 as decisions from (from agent_tasks where status = 'rejected' limit 1))
positional join (
    select max(occurred_at) as usage_as_of
    from usage_events
    where occurred_at <= $now
        and day >= coalesce((select max(day) from usage_daily where day < $today), $today)
)
positional join (select max(occurred_at) as runs_as_of from run_events where occurred_at <= $now)

-- name: open_rejects
-- one row: how many rows of the sources asked for are set aside and not yet resolved
select count(*) as rejects
from rejects
where resolved_at is null and coalesce(list_contains($sources::varchar[], source), true)

-- name: sources_of_facts
-- one row is one source that has usage, one that has runs, or one that has bills: its newest day, and whether any of it is of the period
select source, 'usage' as feeds, max(day) as newest, coalesce(bool_or(day between $start and $end), false) as within
from usage_daily
group by source
union all
select source, 'runs', max(day), coalesce(bool_or(day between $start and $end), false)
from runs_daily
group by source
union all
select source, 'bills', max(day), coalesce(bool_or(day between $start and $end), false)
from expenses_daily
where source is not null
group by source

-- name: targets_on
-- one row per figure that has a target on the day: the last one that began before it or on it
select figure, arg_max(value, valid_from) as value
from targets
where valid_from <= $day
group by figure

-- name: unconverted_bases
-- one row: whether anything of each base has no rate of exchange in the days asked for, told or not
select
    exists (from callers_daily where unconverted > 0 and day between $start and $end) as usage_lines,
    exists (from expenses_daily where unconverted > 0 and day between $start and $end) as expense_lines
