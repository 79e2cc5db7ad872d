-- one row per row that is stored as delivered
delete from fresh where rowid in (
    select f.rowid
    from fresh f
    join (from {table} where source = $source) t using ({keys})
    where (f is not distinct from t)
)
