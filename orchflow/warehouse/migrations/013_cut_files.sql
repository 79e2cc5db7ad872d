-- a last line of a file that may have been cut off: its row goes when another file has the line whole
alter table loaded_files add column cut varchar
