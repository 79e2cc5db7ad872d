-- no row: the copy is complete
detach backup_copy
