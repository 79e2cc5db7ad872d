-- one row per delivered sprint, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.sprint_id,
    s.team_id,
    s.name,
    moment(s.start_date)::date as start_date,
    moment(s.end_date)::date as end_date,
    try_cast(s.is_active as boolean) as is_active,
    coalesce(
        case when s.sprint_id is null then 'sprint_id is missing' end,
        time_unread('start_date', s.start_date),
        time_unread('end_date', s.end_date),
        flag_unread('is_active', s.is_active)
    ) as reason
from staged s
