-- one row: a fact about the warehouse that no longer holds
delete from meta where key = $key
