-- one row: the topic's next version
insert into data_version (topic, version) values ($topic, 1)
on conflict (topic) do update set version = version + 1
