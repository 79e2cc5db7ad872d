-- one row per month with priced hours: what an hour cost on average, in a month of which that tells nobody's own rate
create table mean_rates (
    month date not null,
    rate decimal(18, 6) not null
);

-- expenses as one reader may see them: who may not see hourly rates (exact) is told hours at the mean rate of their month, since
-- cost beside hours is a rate; hours whose cost cannot be told so have none, as hours without a rate
create macro expenses(exact) as table
select
    e.* exclude (by_mean, at_mean) replace (
        if(e.by_mean, e.at_mean, e.cost) as cost,
        if(e.by_mean, e.at_mean, e.cash) as cash,
        if(e.by_mean, e.at_mean, e.amount) as amount,
        if(e.by_mean, (select value from meta where key = 'currency'), e.currency) as currency,
        if(e.by_mean, 0, e.unconverted) as unconverted
    )
from (
    select
        d.*,
        d.origin = 'hours' and not exact as by_mean,
        if(d.cost is null, null, (d.hours * m.rate)::decimal(38, 18)) as at_mean
    from expenses_daily d
    left join mean_rates m on m.month = date_trunc('month', d.day)
) e;

-- what hours cost is told anew when the warehouse is next opened
update meta set value = '' where key = 'currency';
