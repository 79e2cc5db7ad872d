-- name: focus_daily
-- one row is what was billed on one day (UTC) by one provider for one service and account, in one currency
select
    f.day, f.source, f.provider, f.service, f.sub_account, f.charge_category, f.agent, f.spread, f.lines, f.billed, f.effective,
    f.list_cost, f.contracted, f.currency, f.cost, f.cash, f.unconverted, $currency::varchar as cost_currency
from focus_daily f
where f.day >= coalesce($start::date, f.day) and f.day <= coalesce($end::date, f.day)
order by all

-- name: focus_lines
-- one row is one line of a bill in FOCUS, under the columns of the specification with the texts that were delivered
select
    l.availability_zone as "AvailabilityZone",
    l.billed_cost as "BilledCost",
    l.billing_account_id as "BillingAccountId",
    l.billing_account_name as "BillingAccountName",
    l.billing_account_type as "BillingAccountType",
    l.billing_currency as "BillingCurrency",
    l.billing_period_end as "BillingPeriodEnd",
    l.billing_period_start as "BillingPeriodStart",
    l.capacity_reservation_id as "CapacityReservationId",
    l.capacity_reservation_status as "CapacityReservationStatus",
    l.charge_category as "ChargeCategory",
    l.charge_class as "ChargeClass",
    l.charge_description as "ChargeDescription",
    l.charge_frequency as "ChargeFrequency",
    l.charge_period_end as "ChargePeriodEnd",
    l.charge_period_start as "ChargePeriodStart",
    l.commitment_discount_category as "CommitmentDiscountCategory",
    l.commitment_discount_id as "CommitmentDiscountId",
    l.commitment_discount_name as "CommitmentDiscountName",
    l.commitment_discount_quantity as "CommitmentDiscountQuantity",
    l.commitment_discount_status as "CommitmentDiscountStatus",
    l.commitment_discount_type as "CommitmentDiscountType",
    l.commitment_discount_unit as "CommitmentDiscountUnit",
    l.consumed_quantity as "ConsumedQuantity",
    l.consumed_unit as "ConsumedUnit",
    l.contracted_cost as "ContractedCost",
    l.contracted_unit_price as "ContractedUnitPrice",
    l.effective_cost as "EffectiveCost",
    l.invoice_id as "InvoiceId",
    l.invoice_issuer_name as "InvoiceIssuerName",
    l.list_cost as "ListCost",
    l.list_unit_price as "ListUnitPrice",
    l.pricing_category as "PricingCategory",
    l.pricing_currency as "PricingCurrency",
    l.pricing_currency_contracted_unit_price as "PricingCurrencyContractedUnitPrice",
    l.pricing_currency_effective_cost as "PricingCurrencyEffectiveCost",
    l.pricing_currency_list_unit_price as "PricingCurrencyListUnitPrice",
    l.pricing_quantity as "PricingQuantity",
    l.pricing_unit as "PricingUnit",
    l.provider_name as "ProviderName",
    l.publisher_name as "PublisherName",
    l.region_id as "RegionId",
    l.region_name as "RegionName",
    l.resource_id as "ResourceId",
    l.resource_name as "ResourceName",
    l.resource_type as "ResourceType",
    l.service_category as "ServiceCategory",
    l.service_name as "ServiceName",
    l.service_subcategory as "ServiceSubcategory",
    l.sku_id as "SkuId",
    l.sku_meter as "SkuMeter",
    l.sku_price_details as "SkuPriceDetails",
    l.sku_price_id as "SkuPriceId",
    l.sub_account_id as "SubAccountId",
    l.sub_account_name as "SubAccountName",
    l.sub_account_type as "SubAccountType",
    l.tags as "Tags",
    l.source as "x_OrchflowSource",
    l.delivery as "x_OrchflowFile",
    l.line as "x_OrchflowLine",
    l.version as "x_OrchflowVersion",
    l.day as "x_OrchflowDay",
    l.extra::varchar as "x_OrchflowOther"
from focus_lines l
where l.day >= coalesce($start::date, l.day) and l.day <= coalesce($end::date, l.day)

-- name: ai_spend
-- one row is what calls of one day cost that share source, agent, organisation, model and how they are priced, as FOCUS 1.2; of
-- calls that a run of pricing priced there is a row for each kind of use
with
prices_held as (from price_run_stretches),
price_cells as materialized ({query:orchflow.costs.price_cells_held}),
asked as (
    select *, price_run as run
    from usage_events
    where price_run is not null and day >= coalesce($start::date, day) and day <= coalesce($end::date, day)
),
measured as ({query:orchflow.costs.calls_measured}),
placed as (
    select
        day, source, organization, caller, a.provider, a.model, route, provenance, priced_currency as currency, c.place,
        sum(priced_amount) as amount, sum(cost) as cost, sum(calls) as calls, sum(input_tokens) as input_tokens,
        sum(cached_input_tokens) as cached_input_tokens, sum(cache_write_input_tokens) as cache_write_input_tokens,
        sum(output_tokens) as output_tokens,
        sum(read) as read, sum(calls) filter (read > 0) as read_calls,
        sum(from_cache) as from_cache, sum(calls) filter (from_cache > 0) as from_cache_calls,
        sum(to_cache) as to_cache, sum(calls) filter (to_cache > 0) as to_cache_calls,
        sum(to_cache_1h) as to_cache_1h, sum(calls) filter (to_cache_1h > 0) as to_cache_1h_calls,
        sum(written) as written, sum(calls) filter (written > 0) as written_calls,
        sum(reasoned) as reasoned, sum(calls) filter (reasoned > 0) as reasoned_calls,
        sum(images) as images, sum(calls) filter (images > 0) as images_calls,
        sum(seconds) as seconds, sum(calls) filter (seconds > 0) as seconds_calls
    from measured a
    left join price_cells c on {query:orchflow.costs.cell_of_call}
    group by all
),
taken_apart as (
    select
        g.*,
        try({
            'input': if(c.by_tokens, coalesce(g.read * c.input, 0), 0)::decimal(38, 18),
            'cached': if(c.by_tokens, coalesce(g.from_cache * c.cached, 0), 0)::decimal(38, 18),
            'cache_write': if(c.by_tokens, coalesce(g.to_cache * c.cache_write, 0), 0)::decimal(38, 18),
            'cache_write_1h': if(c.by_tokens, coalesce(g.to_cache_1h * c.cache_write_1h, 0), 0)::decimal(38, 18),
            'output': if(c.by_tokens, coalesce(g.written * c.output, 0), 0)::decimal(38, 18),
            'reasoning': if(c.by_tokens, coalesce(g.reasoned * c.reasoning, 0), 0)::decimal(38, 18),
            'image': coalesce(g.images * c.image, 0)::decimal(38, 18),
            'second': coalesce(g.seconds * c.second, 0)::decimal(38, 18),
            'request': coalesce(g.calls * c.request, 0)::decimal(38, 18)
        }) as paid
    from placed g
    left join price_cells c using (place)
),
priced as (
    -- what the prices of its run do not make up to the last decimal is not told by kind
    select
        day, source, organization, agent, provider, model, route, provenance, currency,
        coalesce(
            amount <> 0 and paid.input + paid.cached + paid.cache_write + paid.cache_write_1h + paid.output + paid.reasoning
                + paid.image + paid.second + paid.request = amount,
            false
        ) as split,
        sum(amount) as amount, sum(cost) as cost, sum(calls)::bigint as calls,
        coalesce(sum(input_tokens), 0)::bigint as input_tokens,
        coalesce(sum(cached_input_tokens), 0)::bigint as cached_input_tokens,
        coalesce(sum(cache_write_input_tokens), 0)::bigint as cache_write_input_tokens,
        coalesce(sum(output_tokens), 0)::bigint as output_tokens,
        [
            {'kind': 'input', 'units': sum(read)::decimal(38, 3), 'calls': sum(read_calls), 'amount': sum(paid.input)},
            {'kind': 'cached', 'units': sum(from_cache), 'calls': sum(from_cache_calls), 'amount': sum(paid.cached)},
            {'kind': 'cache_write', 'units': sum(to_cache), 'calls': sum(to_cache_calls), 'amount': sum(paid.cache_write)},
            {'kind': 'cache_write_1h', 'units': sum(to_cache_1h), 'calls': sum(to_cache_1h_calls), 'amount': sum(paid.cache_write_1h)},
            {'kind': 'output', 'units': sum(written), 'calls': sum(written_calls), 'amount': sum(paid.output)},
            {'kind': 'reasoning', 'units': sum(reasoned), 'calls': sum(reasoned_calls), 'amount': sum(paid.reasoning)},
            {'kind': 'image', 'units': sum(images), 'calls': sum(images_calls), 'amount': sum(paid.image)},
            {'kind': 'second', 'units': sum(seconds), 'calls': sum(seconds_calls), 'amount': sum(paid.second)},
            {'kind': 'request', 'units': sum(calls), 'calls': sum(calls), 'amount': sum(paid.request)}
        ] as uses
    from taken_apart
    left join callers using (source, caller)
    group by all
),
reported as (
    select
        day, source, organization, agent, provider, model, route, provenance, currency,
        sum(amount) as amount, sum(cost) as cost, sum(calls)::bigint as calls,
        sum(input_tokens)::bigint as input_tokens, sum(cached_input_tokens)::bigint as cached_input_tokens,
        sum(cache_write_input_tokens)::bigint as cache_write_input_tokens, sum(output_tokens)::bigint as output_tokens
    from usage_daily
    left join callers using (source, caller)
    where
        amount is not null and provenance <> 'priced'
        and day >= coalesce($start::date, day) and day <= coalesce($end::date, day)
    group by all
),
kinds as (
    select
        * exclude (use),
        use.kind as kind, use.units as units, use.calls as used, use.amount as part,
        sum(use.amount) over (
            partition by day, source, organization, agent, provider, model, route, provenance, currency order by place
        ) as upto
    from (
        select * exclude (uses), unnest(uses) as use, generate_subscripts(uses, 1) as place from priced where split
    )
    where use.amount <> 0 or (use.units > 0 and use.kind <> 'request')
),
spend as (
    select
        day, source, organization, agent, provider, model, route, provenance, currency, kind, part as amount, used as calls,
        -- of a cost in another currency each kind has its share, so that all of them add up to it
        case
            when currency = $currency then part
            else if(upto = amount, cost, (cost::double * upto::double / amount::double)::decimal(38, 18))
                - if(upto = part, 0, (cost::double * (upto - part)::double / amount::double)::decimal(38, 18))
        end as cost,
        if(kind in ('input', 'cached', 'cache_write', 'cache_write_1h'), units, 0) as input_tokens,
        if(kind = 'cached', units, 0) as cached_input_tokens,
        if(kind in ('cache_write', 'cache_write_1h'), units, 0) as cache_write_input_tokens,
        if(kind in ('output', 'reasoning'), units, 0) as output_tokens,
        units as quantity,
        case kind
            when 'image' then 'Images' when 'second' then 'Seconds' when 'request' then 'Requests' else 'Tokens'
        end as unit,
        case kind
            when 'input' then 'Input tokens'
            when 'cached' then 'Cached input tokens'
            when 'cache_write' then 'Input tokens written to a cache'
            when 'cache_write_1h' then 'Input tokens written to a cache for an hour'
            when 'output' then 'Output tokens'
            when 'reasoning' then 'Reasoning tokens'
            when 'image' then 'Images'
            when 'second' then 'Seconds'
            when 'request' then 'Requests'
        end as meter
    from kinds
    union all by name
    select
        * exclude (split, uses), 'unknown' as kind,
        if(input_tokens + output_tokens > 0, input_tokens + output_tokens, greatest(calls, 1)) as quantity,
        if(input_tokens + output_tokens > 0, 'Tokens', 'Requests') as unit, unit as meter
    from (
        from reported
        union all by name
        from priced where not split
    )
),
counted as (
    select
        * replace (
            quantity::decimal(38, 3) as quantity, calls::bigint as calls, input_tokens::bigint as input_tokens,
            cached_input_tokens::bigint as cached_input_tokens,
            cache_write_input_tokens::bigint as cache_write_input_tokens, output_tokens::bigint as output_tokens,
            coalesce(provider, 'Unknown provider') as provider, coalesce(model, 'Unknown model') as model
        ),
        date_trunc('month', day)::date as month
    from spend
)
select
    null::varchar as "AvailabilityZone",
    amount as "BilledCost",
    source as "BillingAccountId",
    source as "BillingAccountName",
    'Source' as "BillingAccountType",
    currency as "BillingCurrency",
    strftime((month + interval 1 month)::timestamp at time zone $zone at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as "BillingPeriodEnd",
    strftime((month)::timestamp at time zone $zone at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as "BillingPeriodStart",
    null::varchar as "CapacityReservationId",
    null::varchar as "CapacityReservationStatus",
    'Usage' as "ChargeCategory",
    null::varchar as "ChargeClass",
    concat_ws(
        ' ', case when kind <> 'unknown' then meter || ' of calls' else 'Calls' end, 'of', coalesce(agent, 'no known agent'), 'to',
        model, 'on', day
    ) as "ChargeDescription",
    'Usage-Based' as "ChargeFrequency",
    strftime((day + interval 1 day)::timestamp at time zone $zone at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as "ChargePeriodEnd",
    strftime((day)::timestamp at time zone $zone at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as "ChargePeriodStart",
    null::varchar as "CommitmentDiscountCategory",
    null::varchar as "CommitmentDiscountId",
    null::varchar as "CommitmentDiscountName",
    null::decimal(38, 18) as "CommitmentDiscountQuantity",
    null::varchar as "CommitmentDiscountStatus",
    null::varchar as "CommitmentDiscountType",
    null::varchar as "CommitmentDiscountUnit",
    quantity as "ConsumedQuantity",
    unit as "ConsumedUnit",
    amount as "ContractedCost",
    null::decimal(38, 18) as "ContractedUnitPrice",
    amount as "EffectiveCost",
    null::varchar as "InvoiceId",
    provider as "InvoiceIssuerName",
    amount as "ListCost",
    null::decimal(38, 18) as "ListUnitPrice",
    'Standard' as "PricingCategory",
    currency as "PricingCurrency",
    null::decimal(38, 18) as "PricingCurrencyContractedUnitPrice",
    amount as "PricingCurrencyEffectiveCost",
    null::decimal(38, 18) as "PricingCurrencyListUnitPrice",
    quantity as "PricingQuantity",
    unit as "PricingUnit",
    provider as "ProviderName",
    provider as "PublisherName",
    null::varchar as "RegionId",
    null::varchar as "RegionName",
    null::varchar as "ResourceId",
    null::varchar as "ResourceName",
    null::varchar as "ResourceType",
    'AI and Machine Learning' as "ServiceCategory",
    provider || ' models' as "ServiceName",
    'Generative AI' as "ServiceSubcategory",
    model as "SkuId",
    meter as "SkuMeter",
    null::varchar as "SkuPriceDetails",
    null::varchar as "SkuPriceId",
    organization as "SubAccountId",
    organization as "SubAccountName",
    case when organization is not null then 'Organisation' end as "SubAccountType",
    json_merge_patch('{}', json_object('agent', agent, 'organisation', organization))::varchar as "Tags",
    model as "x_Model",
    kind as "x_TokenKind",
    agent as "x_Agent",
    calls as "x_Calls",
    input_tokens as "x_InputTokens",
    cached_input_tokens as "x_CachedInputTokens",
    cache_write_input_tokens as "x_CacheWriteInputTokens",
    output_tokens as "x_OutputTokens",
    route as "x_Route",
    provenance as "x_Provenance",
    day as "x_Day",
    cost as "x_Cost",
    $currency::varchar as "x_CostCurrency"
from counted

-- name: ai_spend_values
-- one row per set of values of the columns by which the AI spend can be narrowed; of kinds of use those that runs had prices of
select
    source as "BillingAccountName", organization as "SubAccountName", agent as "x_Agent",
    coalesce(provider, 'Unknown provider') as "ProviderName", coalesce(model, 'Unknown model') as "x_Model",
    provenance as "x_Provenance", 'unknown' as "x_TokenKind"
from usage_daily
left join callers using (source, caller)
where amount is not null
group by all
union all by name
select distinct kind as "x_TokenKind" from price_run_stretches

-- name: ai_spend_extent
-- one row: of how many usage events with an amount the AI spend of the days is, and their first and last day
select coalesce(sum(events), 0)::bigint as events, min(day) as oldest, max(day) as newest
from usage_daily
where amount is not null and day >= coalesce($start::date, day) and day <= coalesce($end::date, day)
