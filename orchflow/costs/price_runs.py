"""Runs of pricing: who priced which usage when, by which prices, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from orchflow.errors import NotFound
from orchflow.people.permissions import Actor, Permission
from orchflow.warehouse.sql import Query, load_query
from orchflow.workspace import Workspace

RUNNING: Final[set[tuple[Path, int]]] = set()
"""The runs that go on in this process, by their warehouse."""


@dataclass(frozen=True)
class RunLine:
    """What the calls of a model in a month, priced in `currency`, cost before and after, in the workspace's currency."""

    month: date
    provider: str | None
    model: str
    currency: str
    rows: int
    calls: int
    before: Decimal
    after: Decimal
    unconverted: int

    @property
    def key(self) -> tuple[Any, ...]:
        """What it is of."""
        return self.month, self.provider or "", self.model, self.currency

    @property
    def change(self) -> Decimal:
        """How much more they cost."""
        return self.after - self.before

    def plus(self, other: RunLine) -> RunLine:
        """Both together."""
        return replace(
            self, rows=self.rows + other.rows, calls=self.calls + other.calls, before=self.before + other.before,
            after=self.after + other.after, unconverted=self.unconverted + other.unconverted,
        )  # fmt: skip


@dataclass(frozen=True)
class PriceRun:
    """A run: `state` is running, done, broken off or undone; `prices` the version of the shipped prices it used.

    `rows`, `calls`, `before` and `after` are of what it priced, in the workspace's currency of that time.
    """

    run: int
    state: str
    everything: bool
    first_day: date | None
    last_day: date | None
    started_at: datetime
    finished_at: datetime | None
    by_id: int | None
    by_name: str
    prices: str
    undone_at: datetime | None
    undone_by: str | None
    rows: int
    calls: int
    before: Decimal
    after: Decimal


def price_runs(ws: Workspace, actor: Actor) -> list[PriceRun]:
    """Every run, the newest first. One that says it is running and is not, since its process ended, broke off."""
    actor.require(Permission.COSTS_EDIT)
    runs = [PriceRun(*row) for row in ws.warehouse.rows(_named("runs"))]
    return [
        replace(each, state="broken off")
        if each.state == "running" and (ws.warehouse.path, each.run) not in RUNNING
        else each
        for each in runs
    ]


def find_run(ws: Workspace, actor: Actor, run: int) -> PriceRun:
    """One run; NotFound where there is none."""
    for each in price_runs(ws, actor):
        if each.run == run:
            return each
    raise NotFound(f"There is no run {run} of pricing", "orchflow price runs shows all.")


def run_lines(ws: Workspace, actor: Actor, run: int) -> list[RunLine]:
    """What a run changed, by month and model."""
    find_run(ws, actor, run)
    return [RunLine(*row) for row in ws.warehouse.rows(_named("run_lines"), {"run": run})]


def _named(name: str) -> Query:
    return load_query("orchflow.costs", name)
