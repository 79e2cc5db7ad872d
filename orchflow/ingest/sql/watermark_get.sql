-- One row: how far a job of a source has read.
select value::varchar as value from watermarks where source = $source and job = $job
