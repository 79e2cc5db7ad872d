"""How changes of a checklist are saved: what was shown goes where the item's kind of evidence has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orchflow.format import quantity
from orchflow.guidance.items import ITEMS
from orchflow.guidance.rows import ItemRow
from orchflow.people.naming import display_names
from orchflow.people.permissions import Actor
from orchflow.planning.tables import Evidence
from orchflow.screens.journey.flow_columns import COLUMN, SHOWN_IN
from orchflow.screens.row_saving import entity_saver, row_id
from orchflow.store.edits import Edit, Outcome
from orchflow.store.engine import Store
from orchflow.ui import notices
from orchflow.ui.sheet_stage import SheetChange, SheetRow
from orchflow.ui.sheet_state import SaveAll

KIND = "item"


def item_saver(store: Store, actor: Actor, step_id: int, items: Sequence[ItemRow]) -> SaveAll:
    """What the sheet of a step calls to save; the undo button takes it back."""
    kinds = {item.id: item.evidence for item in items}

    def written(change: SheetChange) -> Mapping[str, Any]:
        values = dict(change.values)
        if "shown" in values:
            kind = None if change.version is None else kinds.get(row_id(change.key))
            of = SHOWN_IN.get(Evidence(values.get("evidence") or kind or Evidence.NONE), "evidence_text")
            values[of] = values.pop("shown")
        return values

    return entity_saver(
        store, actor, ITEMS, KIND, {"step_id": step_id}, written=written,
        column=lambda field: COLUMN.get(field, field), undo=True,
    )  # fmt: skip


def set_all(
    store: Store, actor: Actor, rows: Sequence[SheetRow], values: Mapping[str, Any], done: str
) -> None:
    """Store the same values in many items; says how many were `done`, and of the others why not."""
    with notices.attempt("Nothing was stored") as request:
        report = ITEMS.save(
            store, actor, [Edit(row_id(row.key), row.version, values, row.key) for row in rows], request
        )
        stored = sum(outcome.stored for outcome in report.outcomes)
        left = [
            f"“{row.title}”: {_why(store, outcome)}"
            for row, outcome in zip(rows, report.outcomes, strict=True)
            if not outcome.stored
        ]
        if stored:
            notices.undoable(f"{done} {quantity(stored, KIND)}", request)
        if left:
            more = f"; and {len(left) - 3} more" if len(left) > 3 else ""
            notices.warn(f"{done}: {stored} of {quantity(len(rows), KIND)}", "; ".join(left[:3]) + more)
        elif stored:
            notices.done(f"{done}: {quantity(stored, KIND)}")


def _why(store: Store, outcome: Outcome[ItemRow]) -> str:
    if outcome.conflicts:
        by = outcome.conflicts[0].by
        who = display_names(store, {by}).get(by) or by or "somebody else"
        return f"{who} has just changed it; look at it and choose again"
    if outcome.gone:
        return "somebody has deleted it"
    return "; ".join(problem.message for problem in outcome.problems)
