-- one row per delivered role of a user in an organisation, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.user_id,
    s.organization,
    s.role,
    coalesce(
        case when s.user_id is null then 'user_id is missing' end,
        case when s.organization is null then 'organization is missing' end,
        case when s.role is null then 'role is missing' end
    ) as reason
from staged s
