-- one row per day whose runs_daily has to be recomputed
create or replace temp table touched_days (day date)
