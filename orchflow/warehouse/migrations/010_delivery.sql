-- of a row's file half the hash of its path is kept: eight bytes, however long the path. The table is made anew, since a change of
-- a column's type by an expression could not be repeated from the log after a kill.
create table usage_events_narrower (
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
    delivery ubigint,
    reported_organization varchar
);

insert into usage_events_narrower by name
select * replace (md5_number_lower(delivery) as delivery)
from usage_events;

drop table usage_events;

alter table usage_events_narrower rename to usage_events
