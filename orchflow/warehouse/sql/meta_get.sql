-- one row: a fact about the warehouse
select value from meta where key = $key
