-- what agents could do and do
create table use_cases (
    id bigint not null,
    title varchar not null,
    stage varchar not null,
    owner_id bigint,
    team_id bigint,
    value_low decimal(18, 4),
    value_likely decimal(18, 4),
    value_high decimal(18, 4),
    currency varchar,
    agent varchar,
    due date
);

-- what agents and use cases bring: of hours saved the minutes of a completed run, of every other kind the amount
create table benefits (
    id bigint not null,
    title varchar not null,
    agent varchar,
    use_case_id bigint,
    kind varchar not null,
    grade varchar not null,
    starts date not null,
    ends date,
    low decimal(18, 4),
    likely decimal(18, 4),
    high decimal(18, 4),
    currency varchar,
    every varchar not null,
    minutes_low decimal(8, 2),
    minutes_likely decimal(8, 2),
    minutes_high decimal(8, 2),
    evidence_day date
);

-- the numbers that nobody measured, of one agent or of all that have none of their own
create table assumptions (
    id bigint not null,
    kind varchar not null,
    name varchar not null,
    agent varchar,
    low decimal(18, 4),
    likely decimal(18, 4) not null,
    high decimal(18, 4),
    currency varchar,
    valid_from date not null,
    valid_to date
);

-- the mirror is made anew at the next delivery, now with these tables
delete from meta where key = 'mirrored'
