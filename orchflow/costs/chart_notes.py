"""Notes on charts: everybody who works here may write them; their authors may change and delete their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from orchflow.costs.tables import ChartNote
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type
from orchflow.store.rules import ByItsAuthor

if TYPE_CHECKING:
    ChartNoteRow: TypeAlias = ChartNote
else:
    ChartNoteRow = row_type("ChartNoteRow", ChartNote, __name__)

CHART_NOTES = Entity(
    ChartNote,
    ChartNoteRow,
    "What people note on the days of charts.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="author_id",
    order=(ChartNote.chart, ChartNote.day, ChartNote.id),
    span=("day", "until"),
    filters={"chart": Filter(str, lambda chart: ChartNote.chart == chart, "On this chart.")},
    rules=ByItsAuthor,
)
