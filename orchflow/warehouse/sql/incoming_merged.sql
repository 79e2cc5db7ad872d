-- one row per event to be written, after comparing with what is stored
create or replace temp view incoming as from merged
