-- one row per stored row that its source no longer has
delete from {table} where source = $source and rowid in (
    select t.rowid from {table} t anti join staged s using ({keys}) where t.source = $source
)
