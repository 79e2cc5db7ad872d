-- which delivery a row is from and when that was said, so that an older one never replaces a newer one
alter table usage_events add column delivered_at timestamptz;
alter table usage_events add column delivery varchar;
-- under which identity a file was read, and its time: a file known under another identity is read again
alter table loaded_files add column identity varchar;
alter table loaded_files add column modified_at timestamptz;
alter table ingest_runs add column rows_superseded bigint;
alter table ingest_runs add column rows_gone bigint
