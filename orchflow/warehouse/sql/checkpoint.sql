-- no row: the write-ahead log moves into the file
checkpoint
