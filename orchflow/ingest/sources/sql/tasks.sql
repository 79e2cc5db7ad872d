-- One row per task changed since orchflow.since, oldest change first.
select t.*
from (select null::boolean as hitl_pending, null::timestamptz as hitl_pending_since) as absent
cross join lateral (
    select
        id::text as task_id,
        conversation_id::text as conversation_id,
        user_id::text as user_id,
        status::text as status,
        coalesce(hitl_pending, false) as waiting,
        hitl_pending_since as waiting_since,
        created_at,
        updated_at
    from public.tasks
) as t
where t.updated_at is null or t.updated_at >= current_setting('orchflow.since')::timestamptz
order by t.updated_at nulls first
