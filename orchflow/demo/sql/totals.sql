-- one row: what the source holds in all
select
    (select coalesce(sum(events), 0)::bigint from usage_daily where source = $source) as events,
    (select coalesce(sum(cost), 0) from usage_daily where source = $source) as cost,
    (select coalesce(sum(runs), 0)::bigint from runs_daily where source = $source) as runs,
    (select count(*) from agents where source = $source) as agents
