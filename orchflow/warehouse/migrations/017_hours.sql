-- hours logged in the plan: a row per day, task and person (null: nobody who is known here); a correction down is negative.
-- project and goal are the task's last ones, also of one that was deleted; without a rate_id no hourly rate holds on the day,
-- and without a cost although there is one no rate of exchange
create table hours_daily (
    day date not null,
    task_id bigint not null,
    person_id bigint,
    project_id bigint,
    goal_id bigint,
    hours decimal(12, 2) not null,
    rate_id bigint,
    amount decimal(38, 18),
    currency varchar,
    cost decimal(38, 18),
    unconverted bigint not null
);

-- the job roles that people have had; the first one that is known counts for the days before it
create table person_job_roles (
    person_id bigint not null,
    job_role varchar not null,
    from_day date not null,
    until_day date not null
)
