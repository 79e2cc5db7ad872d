-- one row per conversation (or, without one, agent) whose runs have to be matched anew
create or replace temp table touched_threads (source varchar, thread varchar)
