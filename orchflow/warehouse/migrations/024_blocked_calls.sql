-- calls that were blocked before anything was used need no price either
update usage_events
set provenance = 'unused'
where
    provenance = 'unpriced'
    and status = 'blocked'
    and coalesce(input_tokens, 0) = 0
    and coalesce(output_tokens, 0) = 0
    and coalesce(images, 0) = 0
    and coalesce(seconds, 0) = 0;

-- rollups are made anew when the warehouse is next opened
update meta set value = '' where key = 'timezone';
