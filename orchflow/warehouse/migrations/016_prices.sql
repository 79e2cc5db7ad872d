-- what else of a call is paid for, and what a run of pricing says that it costs, beside the amount that was delivered
alter table usage_events add column cache_write_1h_input_tokens bigint;

alter table usage_events add column reasoning_tokens bigint;

alter table usage_events add column images bigint;

alter table usage_events add column seconds decimal(18, 3);

alter table usage_events add column service_tier varchar;

alter table usage_events add column priced_amount decimal(38, 18);

alter table usage_events add column priced_currency varchar;

alter table usage_events add column price_run bigint;

-- what one unit (a token, an image, a second, a request) costs of a kind of use, per model as usage spells it, between two
-- instants, two minutes of the day (UTC) and two lengths of input; of one call at most one row of a kind holds
create table price_stretches (
    provider varchar,
    model varchar not null,
    kind varchar not null,
    service_tier varchar,
    over_tokens bigint not null,
    to_tokens bigint,
    from_minute smallint not null,
    until_minute smallint not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    price decimal(38, 18) not null,
    unit_size bigint not null,
    currency varchar not null,
    origin varchar not null,
    origin_version varchar not null,
    price_id bigint
);

-- one row per run of pricing; prices is the version of the prices that were shipped
create table price_runs (
    run bigint not null,
    state varchar not null,
    everything boolean not null,
    first_day date,
    last_day date,
    started_at timestamptz not null,
    finished_at timestamptz,
    by_id bigint,
    by_name varchar not null,
    prices varchar not null,
    undone_at timestamptz,
    undone_by varchar
);

-- one row per stretch of prices that a run priced with
create table price_run_stretches (
    run bigint not null,
    provider varchar,
    model varchar not null,
    kind varchar not null,
    service_tier varchar,
    over_tokens bigint not null,
    to_tokens bigint,
    from_minute smallint not null,
    until_minute smallint not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    price decimal(38, 18) not null,
    unit_size bigint not null,
    currency varchar not null,
    origin varchar not null,
    origin_version varchar not null,
    price_id bigint
);

-- one row per month, model and currency that a run priced: what its calls cost before and after, in the workspace's currency
create table price_run_lines (
    run bigint not null,
    month date not null,
    provider varchar,
    model varchar not null,
    currency varchar not null,
    rows bigint not null,
    calls bigint not null,
    before decimal(38, 18),
    after decimal(38, 18),
    unconverted bigint not null
);

-- one row per call that a run priced after an earlier one had: what that one said
create table price_before (
    run bigint not null,
    source varchar not null,
    event_key uhugeint not null,
    amount decimal(38, 18) not null,
    currency varchar not null,
    earlier bigint not null
)
