-- One row per content that was loaded from a file of a source.
select content_hash from loaded_files where source = $source order by content_hash
