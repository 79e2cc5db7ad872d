-- the time that a file's rows cover, by which files that may tell of the same rows are known
alter table loaded_files add column first_at timestamptz;
alter table loaded_files add column last_at timestamptz
