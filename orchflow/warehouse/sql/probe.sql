-- one row: how many facts a warehouse knows about itself
select count(*) from meta
