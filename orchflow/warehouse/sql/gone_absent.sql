-- one row per stored row that its source no longer has
update {table} set present = false where source = $source and present and rowid in (
    select t.rowid from {table} t anti join staged s using ({keys}) where t.source = $source
)
