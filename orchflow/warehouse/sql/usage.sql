-- name: usage_stage
-- one row per delivered usage event, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
with typed as (
    select
        ordinal,
        md5_number(event_id) as event_key,
        $source as source,
        event_id,
        moment(occurred_at) as occurred_at,
        moment(recorded_at) as recorded_at,
        moment(delivered_at) as delivered_at,
        md5_number_lower(delivery) as delivery,
        fault,
        cast(null as varchar) as organization,
        organization as reported_organization,
        caller,
        user_id,
        conversation_id,
        run_id,
        provider,
        model,
        lower(route) as route,
        try_cast(is_local as boolean) as is_local,
        case lower(status) when 'error' then 'failed' else lower(status) end as status,
        whole(calls) as calls,
        whole(input_tokens) + case
            when try_cast(cached_beside as boolean)
                then coalesce(whole(cached_input_tokens), 0) + coalesce(whole(cache_write_input_tokens), 0)
            else 0
        end as input_tokens,
        whole(cached_input_tokens) as cached_input_tokens,
        whole(cache_write_input_tokens) as cache_write_input_tokens,
        whole(cache_write_1h_input_tokens) as cache_write_1h_input_tokens,
        whole(output_tokens) as output_tokens,
        whole(reasoning_tokens) as reasoning_tokens,
        whole(images) as images,
        try_cast(seconds as decimal(18, 3)) as seconds,
        service_tier,
        try_cast(cost as decimal(32, 18)) as amount,
        case when cost is not null then coalesce(upper(currency), $currency) end as currency,
        whole(duration_ms) as duration_ms,
        cast(null as decimal(38, 18)) as priced_amount,
        cast(null as varchar) as priced_currency,
        cast(null as bigint) as price_run,
        occurred_at as raw_occurred_at,
        recorded_at as raw_recorded_at,
        calls as raw_calls,
        input_tokens as raw_input_tokens,
        cached_input_tokens as raw_cached_input_tokens,
        cache_write_input_tokens as raw_cache_write_input_tokens,
        cache_write_1h_input_tokens as raw_cache_write_1h_input_tokens,
        output_tokens as raw_output_tokens,
        reasoning_tokens as raw_reasoning_tokens,
        images as raw_images,
        seconds as raw_seconds,
        cost as raw_cost,
        duration_ms as raw_duration_ms
    from staged
)
select
    typed.* exclude (
        is_local, route, fault, raw_occurred_at, raw_recorded_at, raw_calls, raw_input_tokens, raw_cached_input_tokens,
        raw_cache_write_input_tokens, raw_cache_write_1h_input_tokens, raw_output_tokens, raw_reasoning_tokens, raw_images,
        raw_seconds, raw_cost, raw_duration_ms
    ) replace (
        if(input_tokens < 0, null, input_tokens) as input_tokens,
        if(cached_impossible(input_tokens, cached_input_tokens, cache_write_input_tokens), null, cached_input_tokens)
            as cached_input_tokens,
        if(cached_impossible(input_tokens, cached_input_tokens, cache_write_input_tokens), null, cache_write_input_tokens)
            as cache_write_input_tokens,
        if(
            cached_impossible(input_tokens, cached_input_tokens, cache_write_input_tokens)
                or part_impossible(cache_write_input_tokens, cache_write_1h_input_tokens),
            null, cache_write_1h_input_tokens
        ) as cache_write_1h_input_tokens,
        if(output_tokens < 0, null, output_tokens) as output_tokens,
        if(part_impossible(output_tokens, reasoning_tokens), null, reasoning_tokens) as reasoning_tokens,
        if(images < 0, null, images) as images,
        if(seconds < 0, null, seconds) as seconds,
        if(duration_ms < 0, null, duration_ms) as duration_ms
    ),
    -- a row with an amount is kept without such a value; without an amount it has nothing sure to say
    least(input_tokens, output_tokens, images, seconds, duration_ms, 0) < 0
        or cached_impossible(input_tokens, cached_input_tokens, cache_write_input_tokens)
        or part_impossible(cache_write_input_tokens, cache_write_1h_input_tokens)
        or part_impossible(output_tokens, reasoning_tokens) as doubtful,
    (occurred_at at time zone $zone)::date as day,
    case
        when route in ('local', 'remote') then route
        when is_local or lower(provider) = 'ollama' then 'local'
        when is_local = false or provider is not null then 'remote'
    end as route,
    coalesce(
        fault,
        case when event_id is null then 'event_id is missing' end,
        case when raw_occurred_at is null then 'occurred_at is missing' end,
        time_fault('occurred_at', raw_occurred_at, occurred_at, $now + interval 1 day),
        case when recorded_at is null and raw_recorded_at is not null then 'recorded_at is not a time' end,
        years_fault('recorded_at', recorded_at),
        number_fault('calls', raw_calls, calls, 'a whole number'),
        count_fault('input_tokens', raw_input_tokens, input_tokens, amount),
        count_fault('cached_input_tokens', raw_cached_input_tokens, cached_input_tokens, amount),
        count_fault('cache_write_input_tokens', raw_cache_write_input_tokens, cache_write_input_tokens, amount),
        count_fault('cache_write_1h_input_tokens', raw_cache_write_1h_input_tokens, cache_write_1h_input_tokens, amount),
        count_fault('output_tokens', raw_output_tokens, output_tokens, amount),
        count_fault('reasoning_tokens', raw_reasoning_tokens, reasoning_tokens, amount),
        count_fault('images', raw_images, images, amount),
        case when seconds is null or amount is null then number_fault('seconds', raw_seconds, seconds, 'a number') end,
        case when amount is null and cached_impossible(input_tokens, cached_input_tokens, cache_write_input_tokens)
            then 'cached tokens are more than input_tokens: if they are counted beside them, set cached_tokens: beside' end,
        case when amount is null and part_impossible(cache_write_input_tokens, cache_write_1h_input_tokens)
            then 'cache_write_1h_input_tokens are more than cache_write_input_tokens, of which they are a part' end,
        case when amount is null and part_impossible(output_tokens, reasoning_tokens)
            then 'reasoning_tokens are more than output_tokens, of which they are a part' end,
        case when amount is null and raw_cost is not null then 'cost is not an amount' end,
        case when currency not in (select unnest($currencies::varchar[]))
            then 'currency is not one of ISO 4217: ' || left(currency, 40) end,
        count_fault('duration_ms', raw_duration_ms, duration_ms, amount)
    ) as reason
from typed

-- name: doubtful
-- one row: how many rows of the batch are kept without a count that cannot be
select count(*) from parsed where doubtful

-- name: usage_homes
-- one row per user of the source whose organisation is known: as a table, so that the planner sees that they are few
create or replace temp table homes as select source, user_id, organization from user_organizations where source = $source

-- name: usage_complete
-- one row per usage event of the batch as it is to be, in the columns of the table; its organisation is the one it names,
-- else its conversation's, else its user's, else what was known before
create or replace temp view complete as
select
    target, event_key, h.source, event_id, occurred_at, recorded_at, day,
    coalesce(reported_organization, c.organization, o.organization, h.organization) as organization,
    caller, h.user_id, h.conversation_id, run_id, provider, model, coalesce(route, 'remote') as route,
    coalesce(status, 'completed') as status, coalesce(calls, 1) as calls,
    input_tokens, cached_input_tokens, cache_write_input_tokens, cache_write_1h_input_tokens, output_tokens, reasoning_tokens,
    images, seconds, service_tier, amount, h.currency,
    converted(if(price_run is null, amount, priced_amount), r.times, r.per) as cost,
    provenance_of(amount, route, price_run, nothing_used(status, input_tokens, output_tokens, images, seconds)) as provenance,
    priced_amount, priced_currency, price_run, duration_ms, delivered_at, delivery, reported_organization
from (
    -- what a run of pricing said holds on, unless what it was counted from is another now; and no longer than until its
    -- source tells an amount, where the run was only for calls without one
    select m.* replace (
        if(m.holds, m.priced_amount, null) as priced_amount,
        if(m.holds, m.priced_currency, null) as priced_currency,
        if(m.holds, m.price_run, null) as price_run
    )
    from (
        select
            merging.*,
            (merging.amount is null or run.everything)
            and (
                merging.occurred_at, merging.provider, merging.model, merging.service_tier, merging.calls, merging.input_tokens,
                merging.cached_input_tokens, merging.cache_write_input_tokens, merging.cache_write_1h_input_tokens,
                merging.output_tokens, merging.reasoning_tokens, merging.images, merging.seconds
            ) is not distinct from (
                own.occurred_at, own.provider, own.model, own.service_tier, own.calls, own.input_tokens,
                own.cached_input_tokens, own.cache_write_input_tokens, own.cache_write_1h_input_tokens,
                own.output_tokens, own.reasoning_tokens, own.images, own.seconds
            ) as holds
        from merging
        left join matched own on own.target = merging.target and own.price_run is not null
        left join price_runs run on run.run = own.price_run
    ) m
) h
left join conversion r
    on r.currency = if(h.price_run is null, h.currency, h.priced_currency) and h.day >= r.from_day and h.day < r.until_day
left join conversations c on c.source = h.source and c.conversation_id = h.conversation_id
left join homes o on o.source = h.source and o.user_id = h.user_id

-- name: usage_correcting
-- one row per stored usage event of another source of the platform of which the batch says something else, with what it says;
-- what files say follows their own times
create or replace temp view merging as
select own.* replace (
    coalesce(p.provider, own.provider) as provider,
    coalesce(p.model, own.model) as model,
    coalesce(p.status, own.status) as status,
    coalesce(p.input_tokens, own.input_tokens) as input_tokens,
    coalesce(p.cached_input_tokens, own.cached_input_tokens) as cached_input_tokens,
    coalesce(p.cache_write_input_tokens, own.cache_write_input_tokens) as cache_write_input_tokens,
    coalesce(p.output_tokens, own.output_tokens) as output_tokens,
    coalesce(p.amount, own.amount) as amount,
    if(p.amount is null, own.currency, p.currency) as currency,
    coalesce(p.duration_ms, own.duration_ms) as duration_ms
)
from parsed p
join (from matched where source <> {source}) own
    on own.event_key = p.event_key and same_moment(own.occurred_at, p.occurred_at)
anti join (from matched where source = {source}) mine on mine.event_key = p.event_key
where p.delivery is null and own.delivery is null

-- name: usage_corrected
-- one row per such event that is another one now
create or replace temp table merged as
select complete.*
from complete
join matched own on own.target = complete.target
where
    (
        complete.provider, complete.model, complete.status, complete.input_tokens, complete.cached_input_tokens,
        complete.cache_write_input_tokens, complete.output_tokens, complete.amount, complete.currency, complete.duration_ms
    ) is distinct from (
        own.provider, own.model, own.status, own.input_tokens, own.cached_input_tokens,
        own.cache_write_input_tokens, own.output_tokens, own.amount, own.currency, own.duration_ms
    )

-- name: usage_said_again
-- one row per stored usage event that a newer delivery says again as it is: from now on it is as new as that, and of its file
update usage_events
set delivered_at = again.delivered_at, delivery = again.delivery
from (
    select k.target, k.delivered_at, k.delivery
    from merging k
    join matched own on own.target = k.target
    where k.delivered_at > own.delivered_at
) again
where again.target = usage_events.rowid and again.target not in (select target from merged where target is not null)

-- name: usage_repeated
-- one row: how many rows of the batch another delivery in the batch replaces, the rest of the repeated ones being duplicates
select coalesce(sum(deliveries - 1), 0)
from (select greatest(count(distinct delivery), 1) as deliveries from parsed group by event_key having count(*) > 1)

-- name: usage_superseded
-- one row: how many events of the batch a newer delivery has said already, so that nothing of them was written
select count(*)
from parsed p
join (from matched where source = $source) own on own.event_key = p.event_key
where p.delivered_at < own.delivered_at and own.target not in (select target from merged where target is not null)

-- name: usage_named
-- one row per stored usage event that is to go by its id: what it says was read again under another one
create or replace temp table matched as
select e.rowid as target, e.*
from usage_events e
semi join staged s on md5_number(s.event_id) = e.event_key
where
    e.source = $source
    and coalesce(e.delivery not in (select md5_number_lower(unnest($keep::varchar[]))), true)
    and ($of::varchar is null or e.delivery = md5_number_lower($of::varchar))

-- name: usage_absent
-- one row per stored usage event of a file, within the time of its newest content, that this content no longer has
create or replace temp table matched as
select e.rowid as target, e.*
from usage_events e
anti join staged s on md5_number(s.event_id) = e.event_key
where e.source = $source and e.occurred_at between $first_at and $last_at
    -- ids that were made of a row's whole content, before rows knew their file
    and (e.delivery = md5_number_lower($delivery) or (e.delivery is null and starts_with(e.event_id, 'row-')))

-- name: usage_removed
-- one row per stored usage event that goes
delete from usage_events where rowid in (select target from matched)

-- name: callers_unused
-- one row per caller of a source without a call
delete from callers
where source = $source and caller not in (select caller from usage_events where source = $source and caller is not null)

-- name: agents_unused
-- one row per agent of a source that none of its callers belongs to
delete from agents
where source = $source and slug not in (select agent from callers where source = $source and agent is not null)
