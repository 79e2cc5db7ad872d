"""Pricing usage from the prices in force: as a dry run, for good, and taken back.

A run goes through the days of its period in portions of some hundred thousand calls, each a transaction with the rollups of
its days, so that loading goes on between them and memory stays bounded. All of them are priced with the prices that held
when the run began. A run that broke off is taken back like any other.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from orchflow import clock
from orchflow.costs.price_engine import prices_in_force
from orchflow.costs.price_runs import RUNNING, RunLine, find_run
from orchflow.costs.shipped_prices import shipped_version
from orchflow.errors import UsageError
from orchflow.people.permissions import Actor, Permission
from orchflow.progress import Progress, untold
from orchflow.warehouse.rollups import count_anew
from orchflow.warehouse.sql import Query, load_query
from orchflow.warehouse.transaction import Transaction
from orchflow.workspace import Workspace

PORTION: Final = 400_000
"""So many calls are priced in one transaction, unless a single day has more."""

REASONS: Final = {
    "no_model": "The usage names no model: no price can be found for it",
    "no_price": "No price is known for the model: add own prices for it",
    "hole": "The model has prices, but none for these days or times: fill the hole in the price book",
    "no_kind": "A kind of use has no price, such as images or seconds: add it to the price book",
    "currencies": "Its prices are in two currencies: add the missing kinds of use in the currency of the others",
    "not_told": "The source does not tell what was used (tokens, images or seconds), or counts that do not fit, so nothing can be counted",
}
"""Why a call has no price, and what to do."""


@dataclass(frozen=True)
class Unpriced:
    """Calls of a model between two days that have no price, and why (a key of `REASONS`); `before` is what they cost all the
    same, where their source says it."""

    provider: str | None
    model: str | None
    reason: str
    rows: int
    calls: int
    before: Decimal
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Repricing:
    """What a run of pricing did or, without `run`, would do; amounts are in `currency`, the workspace's.

    `before` and `after` are what the calls that it prices cost; those in `unpriced` keep what they have.
    """

    run: int | None
    everything: bool
    first: date | None
    last: date | None
    currency: str
    lines: tuple[RunLine, ...]
    unpriced: tuple[Unpriced, ...]

    @property
    def rows(self) -> int:
        """How many rows of usage it prices."""
        return sum(line.rows for line in self.lines)

    @property
    def calls(self) -> int:
        """How many calls it prices."""
        return sum(line.calls for line in self.lines)

    @property
    def before(self) -> Decimal:
        """What these cost before."""
        return sum((line.before for line in self.lines), Decimal(0))

    @property
    def after(self) -> Decimal:
        """What these cost then."""
        return sum((line.after for line in self.lines), Decimal(0))

    @property
    def unconverted(self) -> int:
        """Of how many of these rows what they cost before or then is in a currency that has no rate on their day."""
        return sum(line.unconverted for line in self.lines)


def price_usage(
    ws: Workspace, actor: Actor, *, first: date | None = None, last: date | None = None, everything: bool = False,
    dry_run: bool = False, progress: Progress = untold,
) -> Repricing:  # fmt: skip
    """Price the usage of some days that has no amount, or with `everything` all of it, whatever its source reported.

    Days are those of the workspace, both included. Calls without a price keep what they have. UsageError for a period in the
    wrong order and while another run is going on; Forbidden without the permission to keep costs.
    """
    actor.require(Permission.COSTS_EDIT)
    if first and last and last < first:
        raise UsageError(f"The period ends on {last}, before it begins on {first}", "Swap the two days.")
    with _alone(dry_run):
        prices_in_force(ws)
        asked = {"first": first, "last": last, "everything": everything}
        days = ws.warehouse.rows(_named("price_span"), asked)
        run = None if dry_run else _begin(ws, actor, asked)
        lines: list[RunLine] = []
        unpriced: list[Unpriced] = []
        try:
            for portion in _portions(days, progress):
                with ws.warehouse.write() as tx:
                    _price(tx, {**portion, "everything": everything, "run": run})
                    tx.execute(_named("priced_lines_create"))
                    lines += [RunLine(*row) for row in tx.execute(_named("priced_lines"))]
                    unpriced += [Unpriced(*row) for row in tx.execute(_named("unpriced_lines"))]
                    if run is not None:
                        _write(tx, run)
        except BaseException:
            if run is not None:
                _end(ws, run, "broken off")
            raise
        if run is not None:
            _end(ws, run, "done")
    return Repricing(run, everything, first, last, ws.currency, _added(lines), _joined(unpriced))


def undo_pricing(ws: Workspace, actor: Actor, run: int, *, progress: Progress = untold) -> int:
    """Take a run back: every row it priced is as it was, and what came since stays; how many rows that were.

    UsageError for a run that was taken back already and while a later one has priced some of the same calls again; NotFound
    where there is none.
    """
    actor.require(Permission.COSTS_EDIT)
    with _alone(dry_run=False):
        known = find_run(ws, actor, run)
        if known.undone_at is not None:
            raise UsageError(
                f"Run {run} was taken back on {known.undone_at:%Y-%m-%d} already",
                "There is nothing left to do.",
            )
        later = ws.warehouse.rows(_named("run_priced_again"), {"run": run})
        if later:
            raise UsageError(
                f"Run {later[0][0]} priced {later[0][1]:,} of the same calls again after run {run}",
                f"Take back run {later[0][0]} first.",
            )
        undone = 0
        for portion in _portions(ws.warehouse.rows(_named("run_span"), {"run": run}), progress):
            with ws.warehouse.write() as tx:
                _prepare(tx)
                tx.execute(_named("undone_create"), {**portion, "run": run})
                tx.execute(_named("undone_days"))
                undone += tx.count(_named("undone_write"))
                count_anew(tx)
        with ws.warehouse.write() as tx:
            tx.execute(_named("before_forget"), {"run": run})
            tx.execute(_named("run_undone"), {"run": run, "now": clock.now(), "by_name": actor.display_name})
    return undone


def _begin(ws: Workspace, actor: Actor, asked: dict[str, Any]) -> int:
    with ws.warehouse.write() as tx:
        run = tx.count(_named("run_next"))
        tx.execute(
            _named("run_begin"),
            {
                **asked, "run": run, "now": clock.now(), "by_id": actor.user_id, "by_name": actor.display_name,
                "prices": shipped_version(),
            },
        )  # fmt: skip
        tx.execute(_named("run_keep_prices"), {"run": run})
    RUNNING.add((ws.warehouse.path, run))
    return run


def _end(ws: Workspace, run: int, state: str) -> None:
    RUNNING.discard((ws.warehouse.path, run))
    with ws.warehouse.write() as tx:
        tx.execute(_named("run_state"), {"run": run, "state": state, "now": clock.now()})


def _price(tx: Transaction, params: dict[str, Any]) -> None:
    _prepare(tx)
    tx.execute(_named("prices_held"), {"run": params["run"]})
    tx.execute(_named("cells_create"))
    tx.execute(_named("priced_create"), params)


def _prepare(tx: Transaction) -> None:
    tx.prepare("macros")
    tx.prepare("conversion_create", {"currency": tx.currency})
    tx.execute(_named("pricing_macros"))


def _write(tx: Transaction, run: int) -> None:
    tx.execute(_named("before_note"), {"run": run})
    tx.execute(_named("priced_days"))
    tx.execute(_named("run_lines_write"), {"run": run})
    tx.execute(_named("prices_write"), {"run": run})
    count_anew(tx)


def _portions(days: Sequence[tuple[date, int]], progress: Progress) -> Iterator[dict[str, date]]:
    """The days in portions of about `PORTION` rows; tells how many rows are done after each."""
    done, total = 0, sum(rows for _, rows in days)
    held, first = 0, None
    for place, (day, rows) in enumerate(days):
        first = first or day
        held += rows
        if held + (days[place + 1][1] if place + 1 < len(days) else PORTION) > PORTION:
            progress(done, total)
            yield {"first": first, "until": day + timedelta(days=1)}
            done, held, first = done + held, 0, None
    progress(done, total)


def _added(lines: Iterable[RunLine]) -> tuple[RunLine, ...]:
    """The lines of all portions, one for each month, provider, model and currency."""
    sums: dict[tuple[Any, ...], RunLine] = {}
    for line in lines:
        known = sums.get(line.key)
        sums[line.key] = line if known is None else known.plus(line)
    return tuple(sums[key] for key in sorted(sums, key=lambda key: tuple(map(str, key))))


def _joined(lines: Iterable[Unpriced]) -> tuple[Unpriced, ...]:
    groups: dict[tuple[str, str, str], list[Unpriced]] = defaultdict(list)
    for line in lines:
        groups[line.provider or "", line.model or "", line.reason].append(line)
    return tuple(
        replace(
            group[0], rows=sum(each.rows for each in group), calls=sum(each.calls for each in group),
            before=sum((each.before for each in group), Decimal(0)), first_day=min(each.first_day for each in group),
            last_day=max(each.last_day for each in group),
        )
        for _, group in sorted(groups.items())
    )  # fmt: skip


_turn = threading.Lock()


@contextmanager
def _alone(dry_run: bool) -> Iterator[None]:
    """One run at a time; a dry run changes nothing and waits for nobody."""
    if dry_run:
        yield
        return
    if not _turn.acquire(blocking=False):
        raise UsageError("Usage is being priced already", "Wait until that run has ended.")
    try:
        yield
    finally:
        _turn.release()


def _named(name: str) -> Query:
    return load_query("orchflow.costs", name)
