-- no row: the copy to be written
attach {path} as backup_copy
