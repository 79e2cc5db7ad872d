-- one row: how many delivered rows repeat the key of another
select count(*) - count(distinct ({keys})) from parsed
