-- one statement per table of the warehouse; no index on the growing tables: keys are matched by scanning event_key,
-- because an index over ten million keys would have to be held in memory while loading
create table usage_events (
    event_key uhugeint not null,
    source varchar not null,
    event_id varchar not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz,
    day date not null,
    organization varchar,
    caller varchar,
    user_id varchar,
    conversation_id varchar,
    run_id varchar,
    provider varchar,
    model varchar,
    route varchar not null,
    status varchar not null,
    input_tokens bigint,
    output_tokens bigint,
    cost decimal(18, 8),
    provenance varchar not null,
    duration_ms bigint
);

create table usage_daily (
    day date not null,
    source varchar not null,
    organization varchar,
    caller varchar,
    user_id varchar,
    provider varchar,
    model varchar,
    route varchar not null,
    status varchar not null,
    provenance varchar not null,
    events bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost decimal(38, 8),
    duration_ms bigint not null
);

create table run_events (
    event_key uhugeint not null,
    source varchar not null,
    event_id varchar not null,
    occurred_at timestamptz not null,
    type varchar not null,
    agent varchar not null,
    conversation_id varchar,
    organization varchar,
    user_id varchar,
    duration_ms bigint,
    error varchar
);

create table agent_runs (
    run_id varchar not null,
    source varchar not null,
    agent varchar not null,
    conversation_id varchar,
    organization varchar,
    user_id varchar,
    day date not null,
    started_at timestamptz,
    ended_at timestamptz,
    last_event_at timestamptz not null,
    status varchar not null,
    duration_ms bigint,
    error varchar,
    waiting_since timestamptz
);

create table runs_daily (
    day date not null,
    source varchar not null,
    agent varchar not null,
    organization varchar,
    user_id varchar,
    runs bigint not null,
    completed bigint not null,
    failed bigint not null,
    duration_ms bigint not null
);

create table agent_tasks (
    source varchar not null,
    task_id varchar not null,
    conversation_id varchar,
    user_id varchar,
    status varchar,
    waiting boolean not null,
    waiting_since timestamptz,
    created_at timestamptz,
    updated_at timestamptz
);

create table conversations (
    source varchar not null,
    conversation_id varchar not null,
    agent varchar,
    organization varchar,
    user_id varchar,
    started_at timestamptz,
    last_active_at timestamptz
);

create table agents (
    source varchar not null,
    slug varchar not null,
    name varchar,
    description varchar,
    agent_type varchar,
    department varchar,
    organizations varchar[],
    status varchar,
    model varchar,
    provider varchar,
    created_at timestamptz,
    updated_at timestamptz,
    present boolean not null
);

create table callers (
    source varchar not null,
    caller varchar not null,
    agent varchar
);

create table organizations (
    source varchar not null,
    slug varchar not null,
    name varchar,
    description varchar,
    present boolean not null
);

create table platform_users (
    source varchar not null,
    user_id varchar not null,
    email varchar,
    display_name varchar,
    organization varchar,
    status varchar,
    created_at timestamptz,
    service boolean not null,
    present boolean not null
);

create table platform_roles (
    source varchar not null,
    user_id varchar not null,
    organization varchar not null,
    role varchar not null
);

create table platform_teams (
    source varchar not null,
    team_id varchar not null,
    organization varchar,
    name varchar,
    description varchar
);

create table platform_team_members (
    source varchar not null,
    team_id varchar not null,
    user_id varchar not null,
    role varchar
);

create table platform_efforts (
    source varchar not null,
    effort_id varchar not null,
    organization varchar,
    name varchar,
    description varchar,
    status varchar,
    order_index bigint,
    estimated_days bigint,
    team_id varchar,
    created_at timestamptz,
    updated_at timestamptz
);

create table platform_projects (
    source varchar not null,
    project_id varchar not null,
    effort_id varchar,
    name varchar,
    description varchar,
    status varchar,
    order_index bigint,
    created_at timestamptz,
    updated_at timestamptz
);

create table platform_journey_tasks (
    source varchar not null,
    task_id varchar not null,
    project_id varchar,
    title varchar,
    description varchar,
    status varchar,
    assignee_id varchar,
    due_date date,
    order_index bigint,
    is_milestone boolean,
    documentation_url varchar,
    created_at timestamptz,
    updated_at timestamptz
);

create table platform_sprints (
    source varchar not null,
    sprint_id varchar not null,
    team_id varchar,
    name varchar,
    start_date date,
    end_date date,
    is_active boolean
);

create table platform_board_tasks (
    source varchar not null,
    task_id varchar not null,
    team_id varchar,
    title varchar,
    description varchar,
    status varchar,
    is_completed boolean,
    assigned_to varchar,
    user_id varchar,
    parent_task_id varchar,
    project_id varchar,
    sprint_id varchar,
    due_date timestamptz,
    created_at timestamptz,
    updated_at timestamptz
);

create table people (
    user_id bigint not null,
    username varchar not null,
    email varchar,
    display_name varchar,
    role varchar,
    job_role varchar,
    active boolean not null,
    platform_user_id varchar
);

create table people_teams (
    team_id bigint not null,
    team varchar not null,
    user_id bigint not null
);

create table ingest_runs (
    run_id varchar primary key,
    source varchar not null,
    job varchar not null,
    trigger varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    state varchar not null,
    watermark_before json,
    watermark_after json,
    rows_read bigint,
    rows_new bigint,
    rows_changed bigint,
    rows_rejected bigint,
    rows_duplicate bigint,
    error varchar,
    hint varchar
);

create table watermarks (
    source varchar not null,
    job varchar not null,
    value json,
    updated_at timestamptz not null,
    primary key (source, job)
);

create table rejects (
    reject_key uhugeint not null,
    source varchar not null,
    job varchar not null,
    dataset varchar not null,
    reason varchar not null,
    raw json not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    attempts integer not null,
    resolved_at timestamptz
);

create table loaded_files (
    source varchar not null,
    content_hash varchar not null,
    path varchar,
    rows bigint,
    loaded_at timestamptz not null,
    primary key (source, content_hash)
);

create table data_version (
    topic varchar primary key,
    version bigint not null
);

create view user_organizations as
select u.source, u.user_id, coalesce(u.organization, sole.organization) as organization
from platform_users u
left join (
    select source, user_id, min(organization) as organization
    from platform_roles
    where organization <> '*'
    group by source, user_id
    having count(distinct organization) = 1
) sole using (source, user_id)
where coalesce(u.organization, sole.organization) is not null;
