-- runs_daily of all agents together: what figures are read from that ask for no agent's share; it follows it day by day
create table runners_daily (
    day date not null,
    source varchar not null,
    organization varchar,
    user_id varchar,
    runs bigint not null,
    completed bigint not null,
    failed bigint not null,
    rejected bigint
);

insert into runners_daily
select
    day, source, organization, user_id, sum(runs)::bigint, sum(completed)::bigint, sum(failed)::bigint, sum(rejected)::bigint
from runs_daily
group by all
order by day
