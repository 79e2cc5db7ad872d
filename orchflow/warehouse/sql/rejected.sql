-- one row: how many rows of the batch cannot be kept
select count(*) from parsed where reason is not null
