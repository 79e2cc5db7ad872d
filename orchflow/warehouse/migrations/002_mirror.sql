-- one statement per table that mirrors one of the plan store; which columns are mirrored is what is written here
drop table people;
drop table people_teams;

create table people (
    id bigint not null,
    username varchar not null,
    email varchar,
    display_name varchar,
    role varchar,
    job_role varchar,
    active boolean not null,
    platform_user_id varchar
);

create table teams (
    id bigint not null,
    name varchar not null,
    lead_id bigint
);

create table team_members (
    id bigint not null,
    team_id bigint not null,
    user_id bigint not null
);

create table efforts (
    id bigint not null,
    number bigint not null,
    name varchar not null,
    owner_id bigint,
    status varchar not null,
    flow bigint,
    target_start date,
    target_end date
);

create table projects (
    id bigint not null,
    number varchar not null,
    effort_id bigint not null,
    name varchar not null,
    owner_id bigint,
    status varchar not null,
    start date,
    due date
);

create table goals (
    id bigint not null,
    project_id bigint not null,
    name varchar not null,
    unit varchar,
    baseline decimal(18, 4),
    target decimal(18, 4),
    current decimal(18, 4),
    due date,
    owner_id bigint,
    live_figure varchar
);

create table tasks (
    id bigint not null,
    project_id bigint not null,
    goal_id bigint,
    parent_id bigint,
    sprint_id bigint,
    title varchar not null,
    status varchar not null,
    assignee_id bigint,
    priority varchar,
    points decimal(8, 2),
    estimated_hours decimal(8, 2),
    logged_hours decimal(8, 2),
    start date,
    due date,
    labels varchar[],
    milestone boolean not null,
    step varchar,
    role varchar
);

create table sprints (
    id bigint not null,
    team_id bigint,
    number bigint not null,
    name varchar not null,
    state varchar not null,
    start date,
    "end" date,
    started_at timestamptz,
    closed_at timestamptz
);

create table workflow_columns (
    id bigint not null,
    team_id bigint,
    key varchar not null,
    name varchar not null,
    state varchar not null
);

create table links (
    id bigint not null,
    entity varchar not null,
    entity_id bigint not null,
    kind varchar not null,
    target varchar not null,
    title varchar
);
