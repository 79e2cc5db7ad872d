-- Closes the records of a source's runs that never ended, because the process did.
update ingest_runs
set
    state = 'interrupted',
    finished_at = $now,
    error = 'The run was cut off before its end',
    hint = 'What was committed stays; the next run goes on from there.'
where source = $source and state = 'running'
