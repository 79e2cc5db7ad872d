-- one row per delivered row
insert into fresh by name select * exclude (ordinal, reason) from parsed
