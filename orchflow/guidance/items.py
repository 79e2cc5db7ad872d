"""Items of checklists: ticked with what shows it, or said not to apply, by those whose they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.guidance.flows import LOCK
from orchflow.guidance.opened import holding_checks, say_left_alone
from orchflow.guidance.reflow import reflow
from orchflow.guidance.rows import ItemRow
from orchflow.guidance.tasks import tasks_follow
from orchflow.guidance.waiting import Waiting
from orchflow.people.permissions import Permission
from orchflow.planning.tables import Attachment, ChecklistItem, Evidence, Flow, ItemState, Step, Through
from orchflow.planning.values import slug_of
from orchflow.planning.work.links import safe_address
from orchflow.planning.work.own_items import OwnItems
from orchflow.planning.work.rules import PlanRules
from orchflow.store.entity import Actor, Entity, Filter
from orchflow.store.history import instant

_DECIDE = frozenset({"due_days", "due_after", "due_day", "required"})
_SHOWN = {Evidence.TEXT: "evidence_text", Evidence.LINK: "evidence_link", Evidence.FIGURE: "evidence_value"}
_LACKS = {
    Evidence.TEXT: "say in words what shows that it is done",
    Evidence.LINK: "give the address of what shows that it is done",
    Evidence.FIGURE: "give the value that shows that it is done",
}


class ItemRules(PlanRules):
    """A tick needs its evidence, what does not apply its reason; who ticked what is told by the state alone."""

    def __init__(
        self, entity: Entity[Any], session: Session, actor: Actor, values: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__(entity, session, actor, values)
        self._own = OwnItems(session, actor)  # type: ignore[arg-type]
        self._waiting = Waiting(session)
        self._steps: dict[int, tuple[int, str]] = {}
        self._moved: set[int] = set()
        self._changed: list[Any] = []
        self._opened: list[Any] = []
        self._taken_keys: dict[int, set[str]] = {}

    def _keys(self, step_id: int) -> set[str]:
        """The keys that items of a step have, those of this save included."""
        if step_id not in self._taken_keys:
            there = sa.select(ChecklistItem.key).where(ChecklistItem.step_id == step_id)
            self._taken_keys[step_id] = set(self.session.scalars(there))
        return self._taken_keys[step_id]

    @cached_property
    def _with_file(self) -> set[int]:
        kept = sa.select(Attachment.entity_id).where(Attachment.entity == ChecklistItem.__tablename__)
        return set(self.session.scalars(kept))

    @cached_property
    def _holding(self) -> frozenset[str]:
        return holding_checks(self.session)

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        if self.actor.may(self.entity.edit):
            return []
        if not self._own.has(row):
            return [
                Problem(None, name, "only its assignee, its role or a manager changes this")
                for name in values
            ]
        return [
            Problem(None, name, "only a manager changes this")
            for name in values
            if not self.entity.fields[name].own
        ]

    def complete(self, values: dict[str, Any]) -> None:
        keys = self._keys(values["step_id"])
        values.setdefault("key", slug_of(values["text"], keys))
        values["own"] = True
        keys.add(values["key"])

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if problems:
            return problems
        problems += self._due(row, value, values)
        problems += self._state(row, value, values)
        if values.get("evidence_link") and not safe_address(values["evidence_link"]):
            problems.append(Problem(None, "evidence_link", "must be an address like https://example.org"))
        if not problems and (row is None or values.keys() & _DECIDE):
            self._moved.add(self._step(value("step_id"))[0])
        return problems

    def _due(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        if "due_day" in values:
            values["due_by_hand"] = values["due_day"] is not None
        after = values.get("due_after")
        if after is None:
            return []
        if value("due_days") is None:
            values["due_days"] = 0
        flow_id, step = self._step(value("step_id"))
        problems = self._waiting.refused(flow_id, step, [after], "due_after")
        if not problems:
            self._waiting.put(flow_id, step, [after])
        return problems

    def _step(self, step_id: int) -> tuple[int, str]:
        """The flow of a step, and its key."""
        if step_id not in self._steps:
            place = sa.select(Step.flow_id, Step.key).where(Step.id == step_id)
            flow_id, key = self.session.execute(place).one()
            self._steps[step_id] = (flow_id, key)
        return self._steps[step_id]

    def _state(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        before = ItemState.OPEN if row is None else row.state
        now = value("state") or ItemState.OPEN
        if now is not before and ItemState.EXEMPT in (now, before):
            return [
                Problem(None, "state", "an exemption is asked for, approved and ended with its self-check")
            ]
        if now is ItemState.NOT_APPLICABLE:
            if not value("reason"):
                return [Problem(None, "reason", "say why it does not apply")]
        elif values.get("reason"):
            return [Problem(None, "reason", "only what does not apply has one")]
        elif row is not None and row.reason and now is not ItemState.EXEMPT:
            values["reason"] = None
        if "state" in values:
            ticked = now is ItemState.TICKED
            values["ticked_by_id"] = self.actor.user_id if ticked else None
            values["ticked_at"] = instant(self.session) if ticked else None
            values["ticked_through"] = Through.HAND if ticked else None
            if row is not None and now is ItemState.OPEN is not before and row.check_key in self._holding:
                values["ticked_through"] = Through.HAND
                self._opened.append(row)
        linked = "task_id" in values and now is not ItemState.OPEN
        if row is not None and value("task_id") is not None and ("state" in values or linked):
            self._changed.append(row)
        return self._evidence(row, value, values) if now is ItemState.TICKED else []

    def _evidence(self, row: Any, value: Callable[[str], Any], values: Mapping[str, Any]) -> list[Problem]:
        """What a tick by hand lacks; what was shown is not taken away from under it."""
        kind = value("evidence") or Evidence.NONE
        shown = _SHOWN.get(kind)
        if "state" not in values and shown not in values:
            return []
        if kind is Evidence.FILE:
            if row is None or row.id not in self._with_file:
                return [Problem(None, "evidence", "hang the file on the item that shows that it is done")]
        elif shown is not None and value(shown) in (None, "") and value("ticked_through") is Through.HAND:
            return [Problem(None, shown, _LACKS[kind])]
        return []

    def finish(self) -> None:
        """Due days and tasks follow what was changed; what was opened against its self-check says so."""
        if self._moved:
            reflow(self.session, self._moved)
        tasks_follow(self.session, self._changed)
        say_left_alone(self.session, self._opened)


def _of_flow(flow_id: int) -> sa.ColumnElement[bool]:
    return ChecklistItem.step_id.in_(sa.select(Step.id).where(Step.flow_id == flow_id))


def _ships(item: Any) -> str:
    return "" if item.own else "this item ships with its flow; say that it does not apply"


ITEMS = Entity(
    ChecklistItem,
    ItemRow,
    "Items of the checklists of steps.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT,
    owner="assignee_id",
    parent="step_id",
    joined=lambda statement: statement.join(Step, Step.id == ChecklistItem.step_id).join(Flow, Flow.id == Step.flow_id),
    order=(Flow.number, Step.position, Step.id, ChecklistItem.position),
    ordered_within="step_id",
    lock=LOCK,
    locked=frozenset({"due_after"}),
    filters={
        "flow_id": Filter(int, _of_flow, "Of the steps of this flow."),
        "role": Filter(list[str], ChecklistItem.role.in_, "Meant for any of these job roles; repeat the parameter."),
        "check_key": Filter(str, lambda key: ChecklistItem.check_key == key, "Ticked by this self-check."),
    },
    rules=ItemRules,
    deletable=_ships,
)  # fmt: skip
list_items, get_item, create_item, update_item = ITEMS.list, ITEMS.get, ITEMS.create, ITEMS.update
save_items, delete_item, delete_items = ITEMS.save, ITEMS.delete, ITEMS.delete_many
