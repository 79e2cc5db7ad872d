"""What waits in a sheet as a draft on disk, and taken up again in another session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orchflow.store.written import Refused
from orchflow.ui.drafts import Draft, Drafts
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_stage import SheetRow, Stage
from orchflow.ui.sheet_state import SheetState, settle


def keep_draft(state: SheetState, drafts: Drafts | None) -> None:
    """Write what waits to disk when it has changed since."""
    if drafts is None:
        return
    content = as_draft(state.stage) if state.stage.waiting else None
    mark = repr(content)
    if mark == state.kept:
        return
    if content is not None:
        drafts.keep(state.tab, content, state.stage.waiting)
    elif state.kept:
        drafts.drop(state.tab)
    state.kept = mark


def as_draft(stage: Stage) -> dict[str, Any]:
    """What has to be known to go on with these edits in another session."""
    bases = {
        key: {
            "version": row.version,
            "title": row.title,
            "values": {name: row.values.get(name) for name in stage.edits[key]},
            "locked": dict(row.locked),
        }
        for key, row in stage.bases.items()
    }
    return {"edits": stage.edits, "bases": bases, "added": list(stage.added.values())}


def take_up(key: str, draft: Draft, columns: Mapping[str, GridColumn], drafts: Drafts) -> None:
    """Go on with the edits of a draft, on top of what waits here already."""
    stage = settle(key).stage
    for row_key, raw in draft.content.get("edits", {}).items():
        row = SheetRow(row_key, **draft.content["bases"][row_key])
        values = {name: _stored(value, columns.get(name)) for name, value in row.values.items()}
        for name, value in raw.items():
            stage.put(replace(row, values=values), name, value)
    for values in draft.content.get("added", []):
        stage.add(values)
    drafts.drop(draft.tab)


def _stored(value: Any, column: GridColumn | None) -> Any:
    """A value from a file as the row had it."""
    if column is None or value is None:
        return value
    try:
        return column.read(value)
    except Refused:
        return value
