-- one row per delivered user of the platform, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.user_id,
    s.email,
    s.display_name,
    nullif(s.organization, '*') as organization,
    lower(s.status) as status,
    moment(s.created_at) as created_at,
    coalesce(try_cast(s.service as boolean), false) as service,
    true as present,
    coalesce(
        case when s.user_id is null then 'user_id is missing' end,
        time_unread('created_at', s.created_at),
        flag_unread('service', s.service)
    ) as reason
from staged s
