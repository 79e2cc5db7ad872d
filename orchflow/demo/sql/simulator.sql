-- name: totals
-- one row: what the source holds in all
select
    (select coalesce(sum(events), 0)::bigint from usage_daily where source = $source) as events,
    (select coalesce(sum(cost), 0) from usage_daily where source = $source) as cost,
    (select coalesce(sum(runs), 0)::bigint from runs_daily where source = $source) as runs,
    (select count(*) from agents where source = $source) as agents

-- name: used
-- one row per kind of thing that a warehouse in use holds
select 'recorded runs of sources' as what from ingest_runs having count(*) > 0
union all
select 'usage events' from usage_daily having count(*) > 0
union all
select 'agents' from agents having count(*) > 0
union all
select 'loaded files' from loaded_files having count(*) > 0
