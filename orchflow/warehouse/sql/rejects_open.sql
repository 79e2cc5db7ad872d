-- one row: how many rejects of the dataset wait
select count(*) from rejects where source = $source and dataset = $dataset and resolved_at is null
