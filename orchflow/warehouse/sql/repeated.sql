-- one row: how many rows of the batch repeat an event that the batch already has
select count(*) - count(distinct event_key) from parsed
