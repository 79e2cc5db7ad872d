-- no row: everything committed so far, as of one instant
copy from database {origin} to backup_copy
