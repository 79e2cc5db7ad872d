-- one row per group of usage_daily and batch: what this transaction added to it or took from it
create or replace temp table usage_delta as from usage_daily limit 0
