"""Rows of the guidance as the features hand them out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from orchflow.guidance.tables import PageOpinion
from orchflow.planning.tables import ChecklistItem, Flow, ItemState, Step
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    FlowRow: TypeAlias = Flow
    StepRow: TypeAlias = Step
    ItemRow: TypeAlias = ChecklistItem
    OpinionRow: TypeAlias = PageOpinion
else:
    FlowRow = row_type(
        "FlowRow", Flow, __name__, without=["content"]
    )  # it is large, and told as a difference
    StepRow = row_type("StepRow", Step, __name__)
    ItemRow = row_type("ItemRow", ChecklistItem, __name__)
    OpinionRow = row_type("OpinionRow", PageOpinion, __name__)


def is_overdue(item: ItemRow, today: date) -> bool:
    """Whether an item is required and open after its day; what is optional is never late."""
    return (
        item.required and item.state is ItemState.OPEN and item.due_day is not None and item.due_day < today
    )
