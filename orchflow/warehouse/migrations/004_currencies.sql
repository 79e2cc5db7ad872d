-- usage as it was delivered (amount, in its currency) and in the workspace's currency (cost); a row may be many calls, or none
create table usage_events_wider (
    event_key uhugeint not null,
    source varchar not null,
    event_id varchar not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz,
    day date not null,
    organization varchar,
    caller varchar,
    user_id varchar,
    conversation_id varchar,
    run_id varchar,
    provider varchar,
    model varchar,
    route varchar not null,
    status varchar not null,
    calls bigint not null,
    input_tokens bigint,
    cached_input_tokens bigint,
    cache_write_input_tokens bigint,
    output_tokens bigint,
    amount decimal(38, 12),
    currency varchar,
    cost decimal(38, 12),
    provenance varchar not null,
    duration_ms bigint,
    delivered_at timestamptz,
    delivery varchar
);

insert into usage_events_wider by name
select *, 1 as calls, cost as amount, case when cost is not null then 'USD' end as currency
from usage_events;

drop table usage_events;

alter table usage_events_wider rename to usage_events;

drop table usage_daily;

create table usage_daily (
    day date not null,
    source varchar not null,
    organization varchar,
    caller varchar,
    user_id varchar,
    provider varchar,
    model varchar,
    route varchar not null,
    status varchar not null,
    provenance varchar not null,
    currency varchar,
    events bigint not null,
    calls bigint not null,
    input_tokens bigint not null,
    cached_input_tokens bigint not null,
    cache_write_input_tokens bigint not null,
    output_tokens bigint not null,
    amount decimal(38, 12),
    cost decimal(38, 12),
    unconverted bigint not null,
    unconverted_amount decimal(38, 12),
    duration_ms bigint not null
);

insert into usage_daily
select
    day, source, organization, caller, user_id, provider, model, route, status, provenance, currency,
    count(*),
    sum(calls)::bigint,
    coalesce(sum(input_tokens), 0)::bigint,
    0,
    0,
    coalesce(sum(output_tokens), 0)::bigint,
    sum(amount),
    sum(cost),
    0,
    null,
    coalesce(sum(duration_ms), 0)::bigint
from usage_events
group by all;

-- the plan store's rates of exchange, mirrored
create table exchange_rates (
    id bigint not null,
    currency varchar not null,
    into_currency varchar not null,
    valid_from date not null,
    rate decimal(24, 12) not null
);
