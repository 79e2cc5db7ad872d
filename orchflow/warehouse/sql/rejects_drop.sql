-- one row per delivered row that cannot be kept
delete from parsed where reason is not null
