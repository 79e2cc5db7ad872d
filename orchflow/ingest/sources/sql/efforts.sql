-- One row per effort.
select
    e.effort_id, e.organization, e.name, e.description, e.status, e.order_index, e.estimated_days, e.team_id,
    e.created_at, e.updated_at
from (select null::uuid as team_id, null::integer as estimated_days) as absent
cross join lateral (
    select
        id::text as effort_id,
        organization_slug::text as organization,
        name,
        description,
        status::text as status,
        order_index,
        estimated_days,
        team_id::text as team_id,
        created_at,
        updated_at
    from orch_flow.efforts
) as e
order by e.effort_id
