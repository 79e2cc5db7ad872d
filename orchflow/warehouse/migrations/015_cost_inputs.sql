-- what an hour of work costs: of a person, of a job role, or (neither) of everybody else
create table hourly_rates (
    id bigint not null,
    person_id bigint,
    job_role varchar,
    rate decimal(18, 4) not null,
    currency varchar not null,
    valid_from date not null,
    valid_to date
);

-- an amount that is due once, every month or every year
create table cost_entries (
    id bigint not null,
    name varchar not null,
    part varchar not null,
    kind varchar not null,
    amount decimal(18, 4) not null,
    currency varchar not null,
    every varchar not null,
    starts date not null,
    ends date,
    team_id bigint,
    project_id bigint,
    agent varchar,
    provider varchar,
    note varchar
);

-- what may be spent in a period, by whom; thresholds are percents of the amount
create table budgets (
    id bigint not null,
    name varchar not null,
    scope varchar not null,
    team_id bigint,
    agent varchar,
    project_id bigint,
    provider varchar,
    period varchar not null,
    amount decimal(18, 4) not null,
    currency varchar not null,
    thresholds integer[] not null,
    owner_id bigint,
    valid_from date not null,
    valid_to date
);

-- which share (percent) of a subject's costs belongs to whom
create table cost_shares (
    id bigint not null,
    subject_kind varchar not null,
    subject varchar not null,
    owner_kind varchar not null,
    project_id bigint,
    goal_id bigint,
    team_id bigint,
    agent varchar,
    share decimal(5, 2) not null,
    valid_from date not null,
    valid_to date
);

-- what happened on a day and explains what charts show
create table timeline_events (
    id bigint not null,
    day date not null,
    kind varchar not null,
    title varchar not null,
    agent varchar,
    provider varchar,
    note varchar
);

-- what a figure is to reach, from a day on until its next target
create table targets (
    id bigint not null,
    figure varchar not null,
    value decimal(24, 8) not null,
    valid_from date not null,
    owner_id bigint,
    note varchar
);

-- what the business did in a month
create table business_measures (
    id bigint not null,
    name varchar not null,
    month date not null,
    value decimal(18, 4) not null,
    unit varchar not null
)
