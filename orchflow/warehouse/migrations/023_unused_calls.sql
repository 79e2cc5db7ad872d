-- calls that failed before anything was used have no amount and need no price: they are no longer told as without one
update usage_events
set provenance = 'unused'
where
    provenance = 'unpriced'
    and status = 'failed'
    and coalesce(input_tokens, 0) = 0
    and coalesce(output_tokens, 0) = 0
    and coalesce(images, 0) = 0
    and coalesce(seconds, 0) = 0;

-- rollups are made anew when the warehouse is next opened
update meta set value = '' where key = 'timezone';
