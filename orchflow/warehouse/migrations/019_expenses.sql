-- one row per day and line of everything that costs and is no call to a model: cost is what the day used (accrual), cash what was
-- due on it, both in the workspace's currency; amount is the cost in its own
create table expenses_daily (
    day date not null,
    part varchar not null,
    origin varchar not null,
    source varchar,
    entry_id bigint,
    task_id bigint,
    person_id bigint,
    provider varchar,
    service varchar,
    sub_account varchar,
    agent varchar,
    team_id bigint,
    project_id bigint,
    goal_id bigint,
    amount decimal(38, 18),
    currency varchar,
    cost decimal(38, 18),
    cash decimal(38, 18),
    spread boolean not null,
    unconverted bigint not null
);

-- a completed run whose outcome a person rejected, as far as the platform's tasks tell
alter table agent_runs add column rejected boolean;

update agent_runs set rejected = false;

alter table runs_daily add column rejected bigint;

update runs_daily set rejected = 0;

-- rollups are made anew when the warehouse is next opened
update meta set value = '' where key = 'timezone';
