-- Adds one row per incoming row to those seen.
insert into seen select md5_number_lower(content) from incoming
