-- usage_daily of all people together: what figures are read from that ask for nobody's share; it follows it day by day
create table callers_daily (
    day date not null,
    source varchar not null,
    organization varchar,
    caller varchar,
    provider varchar,
    model varchar,
    status varchar not null,
    provenance varchar not null,
    currency varchar,
    calls bigint not null,
    input_tokens bigint not null,
    cached_input_tokens bigint not null,
    cache_write_input_tokens bigint not null,
    output_tokens bigint not null,
    cost decimal(38, 18),
    unconverted bigint not null,
    unconverted_amount decimal(38, 18)
);

insert into callers_daily
select
    day, source, organization, caller, provider, model, status, provenance, currency,
    sum(calls)::bigint, sum(input_tokens)::bigint, sum(cached_input_tokens)::bigint, sum(cache_write_input_tokens)::bigint,
    sum(output_tokens)::bigint, sum(cost), sum(unconverted)::bigint, sum(unconverted_amount)
from usage_daily
group by all
order by day
