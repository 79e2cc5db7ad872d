-- one row per row refused by the batch: none yet
create or replace temp table refused (reject_key uhugeint, raw json, reason varchar)
