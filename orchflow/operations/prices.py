"""Operations that price usage."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from orchflow.costs.price_lists import unpriced_models, unused_calls
from orchflow.costs.price_runs import price_runs
from orchflow.costs.repricing import REASONS, Repricing, price_usage, undo_pricing
from orchflow.encoding import encode
from orchflow.operations.outcome import Outcome, read_day
from orchflow.people.permissions import SYSTEM
from orchflow.progress import Progress, untold
from orchflow.workspace import Workspace


def price_reprice(
    ws: Workspace, start: str | None = None, end: str | None = None, everything: bool = False, dry_run: bool = False,
    progress: Progress = untold,
) -> Outcome:  # fmt: skip
    """Price usage that has no amount, or with `everything` all of it; what that changes by month and model."""
    done = price_usage(
        ws, SYSTEM, first=read_day(start, "--from"), last=read_day(end, "--to"), everything=everything, dry_run=dry_run,
        progress=progress,
    )  # fmt: skip
    return Outcome(repricing_document(done))


def repricing_document(done: Repricing) -> dict[str, Any]:
    """A run, or a dry run, as JSON values."""
    unpriced = [asdict(line) | {"said": REASONS[line.reason]} for line in done.unpriced]
    lines = [asdict(line) | {"change": line.change} for line in done.lines]
    document = {
        "run": done.run, "everything": done.everything, "first_day": done.first, "last_day": done.last,
        "currency": done.currency, "rows": done.rows, "calls": done.calls, "before": done.before, "after": done.after,
        "unconverted": done.unconverted, "lines": lines, "unpriced": unpriced,
    }  # fmt: skip
    return dict(encode(document))


def price_run_list(ws: Workspace) -> Outcome:
    """Every run of pricing, the newest first."""
    return Outcome({"currency": ws.currency, "runs": encode([asdict(run) for run in price_runs(ws, SYSTEM)])})


def price_undo(ws: Workspace, run: int, progress: Progress = untold) -> Outcome:
    """Take a run back; how many rows of usage are as they were."""
    return Outcome({"run": run, "rows": undo_pricing(ws, SYSTEM, run, progress=progress)})


def price_missing(ws: Workspace) -> Outcome:
    """The models whose usage has no amount."""
    return Outcome(
        {
            "models": encode([asdict(model) for model in unpriced_models(ws, SYSTEM)]),
            "unused": unused_calls(ws),
        }
    )
