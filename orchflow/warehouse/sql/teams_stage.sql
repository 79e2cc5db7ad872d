-- one row per delivered team, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.team_id,
    s.organization,
    s.name,
    s.description,
    case when s.team_id is null then 'team_id is missing' end as reason
from staged s
