-- name: fact_names
-- one row is one agent, provider, model, service, source, account or service tier that facts name; entries of costs name none
select 'agent' as kind, slug as name from agents
union
select 'agent', agent from callers where agent is not null
union
select 'agent', agent from runs_daily where agent is not null
union
select 'provider', provider from callers_daily where provider is not null
union
select 'model', model from callers_daily where model is not null
union
select 'source', source from callers_daily where source is not null
union
select unnest(['agent', 'provider', 'service', 'source', 'sub_account']), unnest([agent, provider, service, source, sub_account])
from (select distinct agent, provider, service, source, sub_account from expenses_daily where origin = 'focus')
union
select 'service_tier', service_tier from price_stretches where service_tier is not null
order by all
