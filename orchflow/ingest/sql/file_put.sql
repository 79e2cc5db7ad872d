-- Keeps the one row per content that was loaded from a file of a source.
insert into loaded_files (source, content_hash, path, rows, loaded_at)
values ($source, $content_hash, $path, $rows, $now)
on conflict (source, content_hash) do update set path = excluded.path, rows = excluded.rows, loaded_at = excluded.loaded_at
