-- one row per kind of thing that a warehouse in use holds
select 'recorded runs of sources' as what from ingest_runs having count(*) > 0
union all
select 'usage events' from usage_daily having count(*) > 0
union all
select 'agents' from agents having count(*) > 0
union all
select 'loaded files' from loaded_files having count(*) > 0
