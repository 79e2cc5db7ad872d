-- of a row's file half the hash of its path is kept: eight bytes, however long the path
alter table usage_events alter column delivery type ubigint using md5_number_lower(delivery)
