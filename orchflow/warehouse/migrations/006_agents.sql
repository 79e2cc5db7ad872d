-- an agent runs by its metadata; what its column says, and why its row would break the list that it stands in
alter table agents add column column_status varchar;
alter table agents add column fault varchar
