-- one row: how many threads of runs are touched
select count(*) from touched_threads
