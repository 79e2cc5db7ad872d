"""The columns of a checklist in the grid, and its items as the sheet takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import streamlit as st

from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.items import ITEMS
from orchflow.guidance.rows import ItemRow, StepRow
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import Evidence, ItemState
from orchflow.planning.work.attachments import LARGEST
from orchflow.screens.journey.flow_data import StepItems
from orchflow.screens.plan.plan_data import plan_version
from orchflow.screens.session import workspace, workspace_roles
from orchflow.store.field import in_words
from orchflow.ui.choosers import distinct
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_stage import SheetRow

SHOWN_IN = {
    Evidence.NONE: "evidence_text", Evidence.TEXT: "evidence_text", Evidence.LINK: "evidence_link",
    Evidence.FIGURE: "evidence_value",
}  # fmt: skip
"""Kind of evidence → the field that holds what was shown."""
COLUMN = dict.fromkeys(SHOWN_IN.values(), "shown")
OWN = ("state", "shown", "reason")
"""What those change whose item it is."""
_LOOK: dict[str, dict[str, Any]] = {
    "state": {"width": 104}, "text": {"width": 224}, "assignee_id": {"width": 104, "nothing": "Nobody"},
    "due_day": {"width": 94}, "evidence": {"width": 84}, "reason": {"width": 170}, "role": {"width": 130},
    "required": {"width": 94}, "check_key": {"width": 150},
}  # fmt: skip
_BESIDE = {
    "shown": plain_column(
        "Shown", editable=True, width=98,
        help="Words, an address or a value, as the item's evidence asks for; a file is hung on the item",
    ),
    "due_is": plain_column("Due is", width=76, help="Counted on working days, or set by hand"),
    "task": plain_column("Task", width=110, help="The task that it became; when that is done, the item is ticked"),
    "hangs": plain_column("Talk, files", width=90, help="How much was said about it, and how many files hang on it"),
}  # fmt: skip
ORDER = (
    "state", "text", "evidence", "shown", "assignee_id", "due_day", "due_is", "required", "role", "reason", "check_key",
    "task", "hangs",
)  # fmt: skip


class Locks(Protocol):
    """Who knows why an item may not be ticked."""

    def lock(self, item: ItemRow) -> str:
        """Why not; "" when it may be."""


@dataclass(frozen=True)
class Reader:
    """Who looks at a step: what they may do, and whose items are theirs."""

    actor: Actor
    job_role: str | None
    step: StepRow

    @property
    def manages(self) -> bool:
        """Whether they change everything."""
        return self.actor.may(Permission.PLAN_EDIT)

    @property
    def works(self) -> bool:
        """Whether they tick anything."""
        return self.actor.may(Permission.PLAN_EDIT_OWN)

    def owns(self, item: ItemRow) -> bool:
        """Whether the item is theirs, as the rules of items have it."""
        me = self.actor.user_id
        if me is None:
            return False
        role = item.role or self.step.lead
        return me in (item.assignee_id, self.step.person_id) or (role is not None and role == self.job_role)

    def lock(self, item: ItemRow) -> str:
        """Why they may not tick the item; "" when they may."""
        if self.manages or (self.works and self.owns(item)):
            return ""
        return "only its assignee, its role or a manager changes this"


def item_columns(names: PlanNames, *, manages: bool) -> dict[str, GridColumn]:
    """The columns of a checklist. What only a manager changes is read-only for others."""
    every = _every(plan_version(workspace()), names)
    return {
        name: every[name] if manages or name in OWN else replace(every[name], editable=False)
        for name in ORDER
    }


@st.cache_resource(max_entries=8, show_spinner=False)
def _every(version: str, _names: PlanNames) -> dict[str, GridColumn]:
    names = _names
    states = {state: in_words(state) for state in ItemState}
    people = distinct(names.people)
    choices: dict[str, dict[str, Any]] = {
        "state": {"options": [state for state in ItemState if state is not ItemState.EXEMPT], "names": states},
        "assignee_id": {
            "options": [person for person in people if person in names.active], "names": people,
            "called": names.naming.called,
        },
        "role": {"options": list(workspace_roles()), "names": {key: role.name for key, role in workspace_roles().items()}},
        "check_key": {"options": list(CHECKS), "names": {key: check.question for key, check in CHECKS.items()}},
    }  # fmt: skip
    columns = {
        name: GridColumn(ITEMS.fields[name], **look, **choices.get(name, {})) for name, look in _LOOK.items()
    }
    return {**columns, **_BESIDE}


def item_rows(reader: Locks, shown: Sequence[ItemRow], of_step: StepItems) -> list[SheetRow]:
    """Items as rows of the sheet, each with the reason why this person cannot change it."""
    return [_row(reader, item, of_step) for item in shown]


def _row(reader: Locks, item: ItemRow, of_step: StepItems) -> SheetRow:
    hangs = of_step.hanging.get(item.id)
    values = {name: getattr(item, name) for name in _LOOK} | {
        "shown": shown_words(item),
        "due_is": "by hand" if item.due_by_hand else "counted",
        "task": f"Task {item.task_id}" if item.task_id else None,
        "hangs": _hanging(hangs.comments, hangs.files) if hangs else None,
    }
    locked = {"*": why} if (why := reader.lock(item)) else {}
    if not locked and item.evidence is Evidence.FILE:
        locked = {"shown": f"open the item and hang the file on it, of at most {LARGEST >> 20} MB"}
    if not locked.get("*") and item.state is ItemState.EXEMPT:
        locked["state"] = "it is exempt: the exemption is ended with its self-check"
    return SheetRow(f"item-{item.id}", item.version, values, item.text, locked)


def shown_words(item: ItemRow) -> str | None:
    """What was shown, as its kind has it."""
    if item.evidence is Evidence.FIGURE:
        if item.evidence_value is None:
            return item.evidence_text or None
        return format(item.evidence_value.normalize(), "f")
    if item.evidence is Evidence.LINK:
        return item.evidence_link or item.evidence_text or None
    return item.evidence_text or None


def _hanging(comments: int, files: int) -> str:
    told: Mapping[str, int] = {"said": comments, "file" if files == 1 else "files": files}
    return ", ".join(f"{count} {word}" for word, count in told.items() if count)
