-- expenses as before (022), told in one pass to who may see hourly rates: their rows are those of the table, with nothing looked up
create or replace macro expenses(exact) as table
select * from expenses_daily where exact
union all
select
    d.* replace (
        if(d.origin = 'hours', if(d.cost is null, null, (d.hours * m.rate)::decimal(38, 18)), d.cost) as cost,
        if(d.origin = 'hours', if(d.cost is null, null, (d.hours * m.rate)::decimal(38, 18)), d.cash) as cash,
        if(d.origin = 'hours', if(d.cost is null, null, (d.hours * m.rate)::decimal(38, 18)), d.amount) as amount,
        if(d.origin = 'hours', (select value from meta where key = 'currency'), d.currency) as currency,
        if(d.origin = 'hours', 0, d.unconverted) as unconverted
    )
from expenses_daily d
left join mean_rates m on m.month = date_trunc('month', d.day)
where not exact
