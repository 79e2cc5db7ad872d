-- one row is one line of the runs rollup that the filters let through
select line.*
from (
    select
        r.* exclude (organization),
        case when list_contains($pooled::varchar[], r.organization) then 'SMALL_GROUPS' else r.organization end as organization
    from runs_daily r
) line
where coalesce(list_contains($sources::varchar[], line.source), true)
  and coalesce(list_contains($agents::varchar[], coalesce(line.agent, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($organizations::varchar[], coalesce(line.organization, 'UNATTRIBUTED')), true)
  and coalesce(list_contains($users::varchar[], coalesce(line.user_id, 'UNATTRIBUTED')), true)
