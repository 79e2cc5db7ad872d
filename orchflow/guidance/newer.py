"""A newer content of a flow that ships: how it differs from what the flow was begun with, and taking it over.

Three sides are compared: what the flow was begun with, what ships now, and what stands in its rows. What was edited here
stays, what was ticked stays, and both are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import Invalid, Problem
from orchflow.guidance.begin import add_steps, new_item, only_holders
from orchflow.guidance.flows import LOCK
from orchflow.guidance.reflow import reflow
from orchflow.guidance.shipped import edition, item_values, items_of, pinned, shipped_flow, step_values
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Attachment, ChecklistItem, Comment, Evidence, Flow, ItemState, Step
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.removal import remove
from orchflow.store.request import new_request, races_explained
from orchflow.store.rows import stored

Kind: TypeAlias = Literal["new", "changed", "gone"]
Level: TypeAlias = Literal["flow", "step", "item"]


@dataclass(frozen=True)
class Change:
    """One part of a flow that ships otherwise now; `fields`: name → what it was begun with, and what ships now."""

    level: Level
    kind: Kind
    key: str
    name: str
    fields: Mapping[str, tuple[Any, Any]]
    kept: str = ""
    """Why it stays as it is here, where it does."""


@dataclass(frozen=True)
class Difference:
    """What ships now against what a flow was begun with."""

    flow_id: int
    edition: str
    newer: str
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether nothing is newer."""
        return self.edition == self.newer


@dataclass(frozen=True)
class TakenOver:
    """What was taken over, and what of it was kept as it is here; `undo` takes `request` back."""

    request: str
    difference: Difference


def difference(store: Store, actor: Actor, flow_id: int) -> Difference:
    """How what ships now differs; NotFound for a flow that does not ship (any more)."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        flow = stored(session, Flow, flow_id)
        return _TakeOver(session, flow).difference()


def take_over(
    store: Store, actor: Actor, flow_id: int, *, newer: str | None = None, request: str | None = None
) -> TakenOver:
    """Take over what ships now: new steps and items come, changed ones change, those that are gone go.

    A field that was edited here stays, and so does what was ticked or talked about, as the workspace's own. Invalid when nothing
    is newer, or something else than the edition `newer` ships by now.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with races_explained(), store.unit(actor, request) as session:
        locks.take(session, LOCK)
        flow = stored(session, Flow, flow_id, lock=True)
        work = _TakeOver(session, flow)
        told = work.difference()
        if told.same:
            raise Invalid(
                [Problem(None, "newer", f"nothing newer ships for {flow.name}")], "It is as it ships."
            )
        if newer not in (None, told.newer):
            raise Invalid(
                [Problem(None, "newer", f"other content ships for {flow.name} by now")],
                "Look at the difference again.",
            )
        work.write(told)
        reflow(session, [flow.id])
        return TakenOver(request, told)


class _TakeOver:
    """One flow of a session with its rows, what it was begun with (`base`) and what ships now (`now`)."""

    def __init__(self, session: Session, flow: Flow) -> None:
        self._session = session
        self._flow = flow
        self._shipped = shipped_flow(flow.key)
        self._now = pinned(self._shipped)
        self._base = flow.content
        steps = session.scalars(
            sa.select(Step).where(Step.flow_id == flow.id).order_by(Step.position, Step.id)
        )
        self._steps = {step.key: step for step in steps}
        numbers = [step.id for step in self._steps.values()]
        items = sa.select(ChecklistItem).where(ChecklistItem.step_id.in_(numbers))
        own_first = session.scalars(items.order_by(ChecklistItem.own.desc(), ChecklistItem.id))
        self._items = {item.key: item for item in own_first}
        self._holders = only_holders(session)
        self._talked = _talked_about(session, [item.id for item in self._items.values()])

    def difference(self) -> Difference:
        """Every change, in the order of the flow."""
        changes = (*self._of_flow(), *self._of_steps(), *self._of_items())
        return Difference(self._flow.id, self._flow.edition, edition(self._shipped), changes)

    def _of_flow(self) -> Iterator[Change]:
        if fields := _fields(_flow_values(self._base), _flow_values(self._now)):
            yield Change(
                "flow", "changed", self._flow.key, self._now["name"], fields, _kept(self._flow, fields)
            )

    def _of_steps(self) -> Iterator[Change]:
        base, now = (
            {step["key"]: step for step in kept.get("steps", ())} for kept in (self._base, self._now)
        )
        for key in [*now, *(key for key in base if key not in now)]:
            row = self._steps.get(key)
            if key not in now:
                stays = self._stays(row)
                yield Change("step", "gone", key, base[key]["name"], {}, stays)
            elif key not in base:
                yield Change(
                    "step", "new", key, now[key]["name"], {}, "there is one of this key" if row else ""
                )
            elif fields := _fields(step_values(base[key]), step_values(now[key])):
                yield Change("step", "changed", key, now[key]["name"], fields, _kept(row, fields))

    def _of_items(self) -> Iterator[Change]:
        base, now = (
            {item["key"]: item_values(item) | {"step": step["key"]} for step, item in items_of(kept)}
            for kept in (self._base, self._now)
        )
        for key in [*now, *(key for key in base if key not in now)]:
            row = self._items.get(key)
            if key not in now:
                yield Change("item", "gone", key, base[key]["text"], {}, self._worked_on(row))
            elif key not in base:
                yield Change(
                    "item", "new", key, now[key]["text"], {}, "there is one of this key" if row else ""
                )
            elif fields := _fields(base[key], now[key]):
                yield Change("item", "changed", key, now[key]["text"], fields, _kept(row, fields))

    def _worked_on(self, item: ChecklistItem | None) -> str:
        """Why an item that no longer ships stays."""
        if item is None:
            return ""
        if item.state is not ItemState.OPEN:
            return f"is {item.state.replace('_', ' ')}"
        if item.task_id is not None:
            return "is a task"
        return "was talked about, or a file hangs on it" if item.id in self._talked else ""

    def _stays(self, step: Step | None) -> str:
        """Why a step that no longer ships stays."""
        if step is None:
            return ""
        ships = {item["key"] for _, item in items_of(self._now)}
        staying = [
            item
            for item in self._items.values()
            if item.step_id == step.id and item.key not in ships and (item.own or self._worked_on(item))
        ]
        return "some of its items stay" if staying else ""

    def write(self, told: Difference) -> None:
        """Write what the difference tells."""
        new = [c.key for c in told.changes if (c.level, c.kind, c.kept) == ("step", "new", "")]
        self._add_steps(set(new))
        _put(self._flow, _flow_values(self._base), _flow_values(self._now))
        now = {step["key"]: step for step in self._now["steps"]}
        for step in self._base.get("steps", ()):
            if step["key"] in now and step["key"] in self._steps:
                _put(self._steps[step["key"]], step_values(step), step_values(now[step["key"]]))
        self._write_items()
        self._drop([change for change in told.changes if change.kind == "gone"])
        self._flow.content, self._flow.edition = self._now, told.newer
        self._session.flush()

    def _add_steps(self, keys: set[str]) -> None:
        """New steps at their places, without items yet."""
        bare = [step | {"checklist": []} for step in self._now["steps"] if step["key"] in keys]
        add_steps(self._session, self._flow, bare, self._holders)
        added = sa.select(Step).where(Step.flow_id == self._flow.id, Step.key.in_(keys))
        self._steps |= {step.key: step for step in self._session.scalars(added)}
        for place, step in enumerate(self._now["steps"], start=1):
            if step["key"] in keys:
                self._steps[step["key"]].position = float(place)

    def _write_items(self) -> None:
        base = {item["key"]: (step["key"], item_values(item)) for step, item in items_of(self._base)}
        for step in self._now["steps"]:
            target = self._steps[step["key"]]
            for place, item in enumerate(step["checklist"], start=1):
                row = self._items.get(item["key"])
                if row is None:
                    self._session.add(new_item(target.id, item, float(place), self._holders))
                elif item["key"] in base:
                    was_in, values = base[item["key"]]
                    _put(row, values, item_values(item))
                    if was_in != step["key"]:
                        row.step_id, row.position = target.id, float(place)
        self._session.flush()

    def _drop(self, gone: list[Change]) -> None:
        """What no longer ships goes; what stays is the workspace's own from now on."""
        rows: list[tuple[type[Step | ChecklistItem], Any, Change]] = [
            (ChecklistItem, self._items.get(change.key), change) for change in gone if change.level == "item"
        ]
        rows += [(Step, self._steps.get(change.key), change) for change in gone if change.level == "step"]
        for model, row, change in rows:
            if row is None:
                continue
            if change.kept:
                row.own = True
            else:
                remove(self._session, model, {row.id})
                (self._steps if model is Step else self._items).pop(change.key)


def _flow_values(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": kept.get("name", ""), "summary": str(kept.get("summary", "")).strip()}


def _fields(base: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (base.get(name), value) for name, value in now.items() if base.get(name) != value}


def _kept(row: Any, fields: Mapping[str, tuple[Any, Any]]) -> str:
    """Which of the changed fields were edited here since."""
    if row is None:
        return "is no longer here"
    edited = [
        name for name, (base, now) in fields.items()
        if name != "step" and encode(getattr(row, name)) not in (encode(base), encode(now))
    ]  # fmt: skip
    return f"{', '.join(edited)} was edited here" if edited else ""


def _put(row: Any, base: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Set what ships otherwise now where the row still is as it was begun."""
    for name, value in now.items():
        if base.get(name) != value and encode(getattr(row, name)) == encode(base.get(name)):
            setattr(row, name, Evidence(value) if name == "evidence" else value)


def _talked_about(session: Session, ids: list[int]) -> set[int]:
    return {
        number
        for model in (Comment, Attachment)
        for number in session.scalars(
            sa.select(model.entity_id).where(
                model.entity == ChecklistItem.__tablename__, model.entity_id.in_(ids)
            )
        )
    }
