-- one row per stored row that a delivered one replaces
delete from {table} where rowid in (
    select t.rowid from {table} t semi join fresh f using (source, {keys})
)
