-- one row per delivered organisation (the platform writes * for all of them, which is none), read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.slug,
    s.name,
    s.description,
    true as present,
    case when s.slug is null then 'slug is missing' end as reason
from staged s
where s.slug is distinct from '*'
