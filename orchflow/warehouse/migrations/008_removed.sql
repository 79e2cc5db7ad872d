-- one row per row that its platform no longer had when what was loaded was compared with it
create table removed_events (
    source varchar not null,
    dataset varchar not null,
    event_id varchar not null,
    occurred_at timestamptz not null,
    organization varchar,
    agent varchar,
    user_id varchar,
    model varchar,
    status varchar,
    amount decimal(38, 12),
    currency varchar,
    cost decimal(38, 12),
    removed_at timestamptz not null
)
