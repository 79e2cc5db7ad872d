-- one row per reject that can be kept now
update rejects
set resolved_at = $now
where resolved_at is null and source = $source and dataset = $dataset
    and list_contains($tried, reject_key::varchar)
    and not exists (select 1 from refused f where f.reject_key = rejects.reject_key)
