-- one row: how many stored events, of any source, the batch delivers again
select count(*) from matched
