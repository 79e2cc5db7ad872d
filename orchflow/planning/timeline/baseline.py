"""Baselines: the plan as it was at one instant, kept to compare the present plan with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.days import day_of
from orchflow.planning.tables import Baseline
from orchflow.planning.timeline.plan_dates import Dated, Kind, plan_dates
from orchflow.store.engine import Store
from orchflow.store.field import read_values
from orchflow.store.history import instant, zone_of
from orchflow.store.rows import stored


@dataclass(frozen=True)
class BaselineRow:
    """A baseline as a list shows it; `rows` is how many efforts, projects and tasks it holds."""

    id: int
    version: int
    name: str
    taken_at: datetime
    rows: int


@dataclass(frozen=True)
class Drift:
    """How one row of the plan differs from the baseline.

    `slip_days` is by how many calendar days the end moved (negative: earlier), `start_slip_days` likewise for the start;
    None where one of the two has no such day.
    """

    kind: Kind
    id: int
    name: str
    change: Literal["same", "moved", "added", "removed"]
    start_then: date | None
    end_then: date | None
    start_now: date | None
    end_now: date | None
    start_slip_days: int | None
    slip_days: int | None
    points_then: float | None
    points_now: float | None


@dataclass(frozen=True)
class Comparison:
    """The plan now against a baseline, in the order of the plan; what is gone comes last."""

    baseline: BaselineRow
    rows: tuple[Drift, ...]

    @property
    def moved(self) -> tuple[Drift, ...]:
        """What is not as it was."""
        return tuple(row for row in self.rows if row.change != "same")


def take_baseline(store: Store, actor: Actor, name: str = "", request: str | None = None) -> BaselineRow:
    """Keep the plan as it is now under `name` (without one: the day)."""
    actor.require(Permission.PLAN_EDIT)
    named = read_values(Baseline, {"name": name} if name.strip() else {})
    with store.unit(actor, request) as session:
        at = instant(session)
        dates = [row.as_json() for row in plan_dates(session)]
        baseline = Baseline(
            **{"name": f"Plan of {day_of(at, zone_of(session))}", **named}, taken_at=at, rows=dates
        )
        session.add(baseline)
        session.flush()
        return _row(baseline)


def list_baselines(store: Store, actor: Actor) -> list[BaselineRow]:
    """Every baseline, the newest first."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        newest_first = sa.select(Baseline).order_by(Baseline.taken_at.desc(), Baseline.id.desc())
        return [_row(baseline) for baseline in session.scalars(newest_first)]


def delete_baseline(store: Store, actor: Actor, baseline_id: int) -> None:
    """Delete a baseline. What it kept is not in the history, so that it cannot be brought back."""
    actor.require(Permission.PLAN_EDIT)
    with store.unit(actor) as session:
        session.delete(stored(session, Baseline, baseline_id))


def compare(store: Store, actor: Actor, baseline_id: int) -> Comparison:
    """The plan now against a baseline."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        baseline = stored(session, Baseline, baseline_id)
        now = plan_dates(session)
    return Comparison(_row(baseline), tuple(drift(baseline.rows, now)))


def kept_dates(session: Session, baseline_id: int) -> dict[tuple[str, int], tuple[date | None, date | None]]:
    """(kind, id) → start and end in a baseline, for drawing it behind the present plan."""
    baseline = stored(session, Baseline, baseline_id)
    return {(row["kind"], row["id"]): (_day(row["start"]), _day(row["end"])) for row in baseline.rows}


def drift(then: Sequence[Mapping[str, Any]], now: Iterable[Dated]) -> list[Drift]:
    """How each row differs from what a baseline kept."""
    kept = {(row["kind"], row["id"]): row for row in then}
    drifts: list[Drift] = []
    for row in now:
        before = kept.pop((row.kind, row.id), None)
        if before is None:
            drifts.append(
                Drift(row.kind, row.id, row.name, "added", None, None, row.start, row.end, None, None, None, row.points)
            )  # fmt: skip
            continue
        start, end = _day(before["start"]), _day(before["end"])
        same = (start, end, before["points"]) == (row.start, row.end, row.points)
        drifts.append(
            Drift(
                row.kind, row.id, row.name, "same" if same else "moved", start, end, row.start, row.end,
                _slip(start, row.start), _slip(end, row.end), before["points"], row.points,
            )
        )  # fmt: skip
    return drifts + [
        Drift(
            row["kind"], row["id"], row["name"], "removed", _day(row["start"]), _day(row["end"]), None, None,
            None, None, row["points"], None,
        )
        for row in kept.values()
    ]  # fmt: skip


def _slip(then: date | None, now: date | None) -> int | None:
    return (now - then).days if then and now else None


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _row(baseline: Baseline) -> BaselineRow:
    return BaselineRow(baseline.id, baseline.version, baseline.name, baseline.taken_at, len(baseline.rows))
