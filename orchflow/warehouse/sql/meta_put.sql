-- one row: a fact about the warehouse, new or replaced
insert into meta (key, value) values ($key, $value) on conflict (key) do update set value = excluded.value
