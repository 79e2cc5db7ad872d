-- name: efforts_stage
-- one row per delivered effort, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.effort_id,
    s.organization,
    s.name,
    s.description,
    lower(s.status) as status,
    whole(s.order_index) as order_index,
    whole(s.estimated_days) as estimated_days,
    s.team_id,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.effort_id is null then 'effort_id is missing' end,
        number_unread('order_index', s.order_index),
        number_unread('estimated_days', s.estimated_days),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s

-- name: projects_stage
-- one row per delivered project, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.project_id,
    s.effort_id,
    s.name,
    s.description,
    lower(s.status) as status,
    whole(s.order_index) as order_index,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.project_id is null then 'project_id is missing' end,
        number_unread('order_index', s.order_index),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s

-- name: journey_tasks_stage
-- one row per delivered task of a project, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.task_id,
    s.project_id,
    s.title,
    s.description,
    lower(s.status) as status,
    s.assignee_id,
    moment(s.due_date)::date as due_date,
    whole(s.order_index) as order_index,
    try_cast(s.is_milestone as boolean) as is_milestone,
    s.documentation_url,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.task_id is null then 'task_id is missing' end,
        time_unread('due_date', s.due_date),
        number_unread('order_index', s.order_index),
        flag_unread('is_milestone', s.is_milestone),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s

-- name: sprints_stage
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

-- name: board_tasks_stage
-- one row per delivered task of a team board, read into its types; reason says why it cannot be kept
create or replace temp table parsed as
select
    s.ordinal,
    $source as source,
    s.task_id,
    s.team_id,
    s.title,
    s.description,
    lower(s.status) as status,
    try_cast(s.is_completed as boolean) as is_completed,
    s.assigned_to,
    s.user_id,
    s.parent_task_id,
    s.project_id,
    s.sprint_id,
    moment(s.due_date) as due_date,
    moment(s.created_at) as created_at,
    moment(s.updated_at) as updated_at,
    coalesce(
        case when s.task_id is null then 'task_id is missing' end,
        flag_unread('is_completed', s.is_completed),
        time_unread('due_date', s.due_date),
        time_unread('created_at', s.created_at),
        time_unread('updated_at', s.updated_at)
    ) as reason
from staged s
