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

IN_GUIDANCE_INDEX: Final = (
    "entity in ('checklist_item', 'step') and field in ('state', 'required', 'step_id', 'flow_id')"
)
"""The changes by which figures tell how far checklists were on a day."""


def _index(name: str, where: str) -> sa.Index:
    columns = (Change.entity, Change.field, Change.entity_id, Change.occurred_at, Change.id, Change.new)
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


FIGURE_INDEX = _index("ix_change_figures", IN_INDEX)
GUIDANCE_INDEX = _index("ix_change_guidance", IN_GUIDANCE_INDEX)
