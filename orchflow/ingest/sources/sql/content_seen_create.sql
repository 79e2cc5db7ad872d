-- One row per row of the file seen so far, known by half of its content's hash.
create temporary table seen (content_hash ubigint not null)
