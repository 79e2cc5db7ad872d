-- one row per mirrored person
delete from people
