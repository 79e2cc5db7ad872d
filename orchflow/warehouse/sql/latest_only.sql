-- one row of the batch that a later row with the same key replaces
delete from parsed where ordinal not in (select max(ordinal) from parsed group by {keys})
