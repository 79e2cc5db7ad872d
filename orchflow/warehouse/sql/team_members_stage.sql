-- one row per delivered member of a team, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.team_id,
    s.user_id,
    s.role,
    coalesce(
        case when s.team_id is null then 'team_id is missing' end,
        case when s.user_id is null then 'user_id is missing' end
    ) as reason
from staged s
