"""The index of the change history through which the figures read.

It holds everything they need of a change, ordered as they need it, so that the history's own rows are never
touched. It covers only fields with short values: a description would not fit into an index.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from orchflow.store.tables import Change

FIGURE_FIELDS: Final = ("status", "sprint_id", "project_id", "points", "estimated_hours")
"""The fields of a task whose past the figures read."""
IN_INDEX: Final = f"field in ({', '.join(map(repr, FIGURE_FIELDS))})"
"""Which changes are in the index. SQLite uses it for statements that repeat exactly these words."""

FIGURE_INDEX = sa.Index(
    "ix_change_figures",
    Change.entity,
    Change.field,
    Change.entity_id,
    Change.occurred_at,
    Change.id,
    Change.new,
    sqlite_where=sa.text(IN_INDEX),
    postgresql_where=sa.text(IN_INDEX),
)
