-- one row per fact about the warehouse itself
create table meta (key varchar primary key, value varchar)
