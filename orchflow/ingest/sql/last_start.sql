-- One row: when the newest run of a source began.
select max(started_at) as last_start from ingest_runs where source = $source
