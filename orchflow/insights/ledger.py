"""The ledger: every amount of a period once, at the effort, project, goal, task or team that it belongs to, or at nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

import pyarrow as pa

from orchflow import clock
from orchflow.costs.hourly_rates import may_see_rates
from orchflow.errors import Invalid, NotFound, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

LineKind = Literal["effort", "project", "goal", "task", "team", "nobody", "total"]
KINDS: tuple[LineKind, ...] = get_args(LineKind)
Depth = Literal["effort", "project", "goal", "task"]
PARTS = ("llm", "infrastructure", "development", "operations")
NEEDED = (Permission.INSIGHTS_VIEW, Permission.PLAN_VIEW, Permission.PERSON_FIGURES)
"""What somebody must be allowed to: a task's hours are one person's, and so is what they cost."""


@dataclass(frozen=True)
class LedgerLine:
    """A line of the ledger; costs are in the workspace's currency.

    `cost` is the sum of its four parts, with everything that stands under it; `own` is what of it stands under nothing else.
    `tasks` and `points` are those of the plan as it is now, `hours` those that were logged in the period, of which the
    `unpriced_hours` have no hourly rate and are in no cost.
    """

    kind: LineKind
    effort_id: int | None
    project_id: int | None
    goal_id: int | None
    task_id: int | None
    team_id: int | None
    number: str | None
    name: str | None
    tasks: int
    tasks_done: int
    points: Decimal | None
    points_done: Decimal | None
    hours: Decimal | None
    llm: Decimal
    infrastructure: Decimal
    development: Decimal
    operations: Decimal
    cost: Decimal
    own: Decimal
    unpriced_hours: Decimal | None = None


_ZERO = Decimal(0)
NOTHING = LedgerLine(
    "total", None, None, None, None, None, None, None, 0, 0, None, None, None, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO
)  # fmt: skip
"""The total of days on which nothing was spent and nothing is planned."""


@dataclass(frozen=True)
class Ledger:
    """The lines of a period, those of the plan before those of teams and of nobody, and the total last.

    The efforts, the teams and nobody add up to the total; an effort's projects and its own to the effort, and so on down to
    the tasks. In no sum are `unconverted` amounts, for want of a rate of exchange, and `unpriced_calls`, whose price is not known.
    """

    start: date
    end: date
    lines: tuple[LedgerLine, ...]
    unconverted: int
    unpriced_calls: int
    computed_at: datetime

    def of(self, *kinds: LineKind) -> tuple[LedgerLine, ...]:
        """The lines of these kinds."""
        return tuple(line for line in self.lines if line.kind in kinds)

    @property
    def total(self) -> LedgerLine:
        """The sum of everything; of nothing it is 0."""
        return next(iter(self.of("total")), NOTHING)


def read_ledger(
    ws: Workspace,
    actor: Actor,
    start: date,
    end: date,
    *,
    effort_id: int | None = None,
    deepest: Depth = "task",
) -> Ledger:
    """The ledger of the days from `start` to `end`, both included; of one effort alone where one is named, and with no lines
    below those of the kind `deepest`.

    Invalid for days in the wrong order; NotFound for an effort that there is not; Forbidden for those who may not see figures of single people, whose hours are in it.
    """
    rows = ledger_rows(ws, actor, start, end, effort_id=effort_id, deepest=deepest).to_pylist()
    lines = tuple(LedgerLine(**{name: value for name, value in row.items() if name != "day"}) for row in rows)
    if effort_id is not None and not any(line.kind == "effort" for line in lines):
        raise NotFound(f"There is no effort {effort_id}", "Choose one of the ledger.")
    asked = {"start": start, "end": end, "rates": may_see_rates(actor)}
    [(unconverted, unpriced)] = ws.warehouse.rows(_query("ledger_left_out"), asked)
    return Ledger(start, end, lines, unconverted, unpriced, clock.now())


def ledger_rows(
    ws: Workspace, actor: Actor, start: date, end: date, *, effort_id: int | None = None, by_day: bool = False,
    deepest: Depth = "task",
) -> pa.Table:  # fmt: skip
    """The lines as a table; with `by_day` the costs of each day, without the plan's points and hours."""
    for permission in NEEDED:
        actor.require(permission)
    if end < start:
        raise Invalid(
            [Problem(None, "to", f"{end} is before the first day, {start}")], "Exchange the two days."
        )
    asked: dict[str, Any] = {
        "start": start, "end": end, "effort": effort_id, "by_day": by_day, "deepest": deepest, "rates": may_see_rates(actor),
    }  # fmt: skip
    return ws.warehouse.query(_query("ledger"), asked)


def _query(name: str) -> Any:
    return load_query("orchflow.insights", name)
