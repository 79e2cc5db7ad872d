-- name: raw_calls
-- one row per call to a model
select
    day, 'llm' as part, cost::decimal(24, 12) as cost, calls::bigint as calls,
    (coalesce(input_tokens, 0) + coalesce(output_tokens, 0))::bigint as tokens, provider, model, caller, user_id
from usage_events
order by day

-- name: raw_bills
-- one row per line of the large bill
select day, 'infrastructure' as part, effective as cost, 0 as calls, 0 as tokens from focus_lines where source = $bills order by day

-- name: raw_others
-- one row per day and origin of what else costs
select day, part, cost, 0 as calls, 0 as tokens from expenses_daily where source is distinct from $bills order by day

-- name: raw_numbers
-- one row is one of a table, as pandas has it as numbers
select day::timestamp as day, part, coalesce(cost, 0)::double as cost, calls, tokens from written

-- name: raw_tables
-- no row: what PostgreSQL holds them in
create table raw_calls (
    day date, part text, cost numeric, calls bigint, tokens bigint, provider text, model text, caller text, user_id text
);
create table raw_bills (day date, part text, cost numeric, calls bigint, tokens bigint);
create table raw_others (day date, part text, cost numeric, calls bigint, tokens bigint)

-- name: raw_indexes
-- no row: all that is asked for stands in the index, which is in the order of the rows
create index on raw_calls (day, part) include (cost, calls, tokens);
create index on raw_bills (day, part) include (cost, calls, tokens);
create index on raw_others (day, part) include (cost, calls, tokens);
vacuum analyze raw_calls;
vacuum analyze raw_bills;
vacuum analyze raw_others

-- name: raw_cost
-- one row per day and part: cost, calls and tokens
select day, part, sum(cost) as cost, sum(calls) as calls, sum(tokens) as tokens
from (
    select day, part, sum(cost) as cost, sum(calls) as calls, sum(tokens) as tokens
    from raw_calls where day between $first and $last group by day, part
    union all
    select day, part, sum(cost), sum(calls), sum(tokens) from raw_bills where day between $first and $last group by day, part
    union all
    select day, part, sum(cost), sum(calls), sum(tokens) from raw_others where day between $first and $last group by day, part
) parts
group by day, part
order by day, part
