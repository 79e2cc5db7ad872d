-- no row: times are UTC, and from here on no statement reads or writes outside the data directory, nor undoes this
set global timezone = 'UTC';
set allowed_directories = [{folder}];
set enable_external_access = false;
set lock_configuration = true
