"""The tables whose changes can be taken back, of whichever feature they are."""

from __future__ import annotations

from functools import lru_cache

from orchflow.store.rows import entity_of
from orchflow.store.tables import Base, Hung, Tracked


def undoable() -> dict[str, type[Tracked]]:
    """By the name the history knows its rows by; what is pointed to comes first."""
    return _undoable(len(Base.registry.mappers))


@lru_cache(maxsize=4)
def _undoable(mapped: int) -> dict[str, type[Tracked]]:
    """Read anew when more tables are known."""
    tables = {
        mapper.local_table: mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Tracked) and mapper.class_.__undo__
    }
    known = [tables[table] for table in Base.metadata.sorted_tables if table in tables]
    known.sort(key=lambda model: issubclass(model, Hung))  # which rows of any table they hang on
    return {entity_of(model): model for model in known}
