"""The ledger: every amount of a period once, at the effort, project, goal, task or team that it belongs to, or at nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

import pyarrow as pa

from orchflow import clock
from orchflow.costs.hourly_rates import may_see_rates
from orchflow.errors import Forbidden, Invalid, NotFound, Problem
from orchflow.insights.ledger_told import PARTS as PARTS
from orchflow.insights.ledger_told import told_apart
from orchflow.metrics.compiler import bases
from orchflow.metrics.document import facts_for
from orchflow.metrics.read import figure
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import ASK, WITHHELD
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

LineKind = Literal["effort", "project", "goal", "task", "team", "nobody", "small_groups", "total"]
KINDS: tuple[LineKind, ...] = get_args(LineKind)
Depth = Literal["effort", "project", "goal", "task"]
NEEDED = (Permission.INSIGHTS_VIEW, Permission.PLAN_VIEW)
"""What somebody must be allowed to."""
OPENED = (*NEEDED, Permission.PERSON_FIGURES)
"""And to see what is below an effort: a task's hours are one person's, and so is what they cost."""
EXCEPT_HOURS = "What hours of work cost is of fewer people in all, and is in no line."


@dataclass(frozen=True)
class LedgerLine:
    """A line of the ledger; costs are in the workspace's currency.

    `cost` is the sum of its four parts, with everything that stands under it; `own` is what of it stands under nothing else.
    `tasks` and `points` are those of the plan as it is now, `hours` those that were logged in the period, of which the
    `unpriced_hours` have no hourly rate and are in no cost. Of a line that is told `in_part` the rest is in the line of small groups.
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
    in_part: bool = False


_ZERO = Decimal(0)
NOTHING = LedgerLine(
    "total", None, None, None, None, None, None, None, 0, 0, None, None, None, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO
)  # fmt: skip
"""The total of days on which nothing was spent and nothing is planned."""


@dataclass(frozen=True)
class Ledger:
    """The lines of a period, those of the plan before those of teams and of nobody, and the total last.

    The efforts, the teams, nobody and small groups add up to the total; an effort's projects and its own to the effort, and so
    on down to the tasks. In no sum are `unconverted` amounts, for want of a rate of exchange, and `unpriced_calls`, whose price
    is not known (None where their number may not be told). `withheld` says what is not told or put together, and why.
    """

    start: date
    end: date
    lines: tuple[LedgerLine, ...]
    unconverted: int
    unpriced_calls: int | None
    computed_at: datetime
    withheld: str = ""

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

    Those who may not see figures of single people are told the efforts, the teams and nobody over the stretches of days
    that the period touches, without hours. Invalid for days in the wrong order; NotFound for an effort that there is not;
    Forbidden for an effort to those who may not see it opened.
    """
    _allowed(actor, start, end)
    if not actor.may(Permission.PERSON_FIGURES):
        if effort_id is not None:
            raise Forbidden(WITHHELD, ASK)
        return _told(ws, actor, start, end)
    rows = ledger_rows(ws, actor, start, end, effort_id=effort_id, deepest=deepest).to_pylist()
    lines = tuple(map(_line, rows))
    if effort_id is not None and not any(line.kind == "effort" for line in lines):
        raise NotFound(f"There is no effort {effort_id}", "Choose one of the ledger.")
    asked = {"start": start, "end": end, "rates": may_see_rates(actor)}
    [(unconverted, unpriced)] = ws.warehouse.rows(_query("ledger_left_out"), asked)
    return Ledger(start, end, lines, unconverted, unpriced, clock.now())


def ledger_rows(
    ws: Workspace, actor: Actor, start: date, end: date, *, effort_id: int | None = None, blocks: Sequence[date] = (),
    deepest: Depth = "task",
) -> pa.Table:  # fmt: skip
    """The lines as a table; of each block of days that begins with one of `blocks`, without the plan's points and hours, where
    some are asked for. Forbidden for those who may not see figures of single people."""
    may_open(actor)
    _in_order(start, end)
    asked = _asked(actor, start, end, effort=effort_id, blocks=list(blocks), plan=not blocks, deepest=deepest)
    return ws.warehouse.query(_query("ledger"), asked)


def _told(ws: Workspace, actor: Actor, start: date, end: date) -> Ledger:
    """What those are told who may not see figures of small groups: over the same days as the figure `total_cost`."""
    facts = facts_for(ws, actor, "total_cost", start=start, end=end)
    days = facts.told
    if days is None or not facts.tells(*bases("total_cost")):
        return Ledger(start, end, (), 0, 0, facts.now, WITHHELD)
    asked = _asked(
        actor, days.start, days.end, blocks=facts.stretches.first_days(days.start, days.end), people=True, hours_told=facts.stretches.hours,
    )  # fmt: skip
    rows = ws.warehouse.query(_query("ledger_cells"), asked).to_pylist()
    lines = tuple(map(_line, told_apart(rows)))
    withheld = " ".join(filter(None, [facts.withheld, "" if facts.stretches.hours else EXCEPT_HOURS]))
    unpriced = figure(facts, "unpriced_calls").value
    return Ledger(
        days.start, days.end, lines, sum(amount.rows for amount in facts.unconverted),
        None if unpriced is None else int(unpriced), facts.now, withheld,
    )  # fmt: skip


def may_open(actor: Actor) -> None:
    """Forbidden for those who may not see the ledger with the lines of single efforts and below."""
    for permission in (*NEEDED, Permission.PERSON_FIGURES):
        actor.require(permission)


def _allowed(actor: Actor, start: date, end: date) -> None:
    for permission in NEEDED:
        actor.require(permission)
    _in_order(start, end)


def _in_order(start: date, end: date) -> None:
    if end < start:
        raise Invalid(
            [Problem(None, "to", f"{end} is before the first day, {start}")], "Exchange the two days."
        )


def _asked(actor: Actor, start: date, end: date, **more: Any) -> dict[str, Any]:
    """The bound parameters of the amounts."""
    usual = {"people": False, "hours_told": True, "plan": True}
    return {"start": start, "end": end, "rates": may_see_rates(actor)} | usual | more


def _line(row: Mapping[str, Any]) -> LedgerLine:
    """The line of a row; what a row does not say is nothing."""
    return replace(NOTHING, **{name: value for name, value in row.items() if name != "day"})


def _query(name: str) -> Any:
    return load_query("orchflow.insights", name)
