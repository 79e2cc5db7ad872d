"""Operations on what is spent: why it moved, what the month comes to, what is out of the ordinary, what would be otherwise."""

from __future__ import annotations

from typing import Any, cast

from orchflow.encoding import encode
from orchflow.errors import UsageError
from orchflow.insights.cost_effects import BY
from orchflow.insights.spending_documents import (
    anomalies_document,
    effects_document,
    forecast_document,
    spending_facts,
    what_if_document,
)
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import Window
from orchflow.metrics.spending.month_record import store_month_forecast
from orchflow.operations.outcome import Outcome, read_day
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace


def cost_why(
    ws: Workspace, by: str = "model", start: str | None = None, end: str | None = None, narrowed: dict[str, list[str]] | None = None
) -> Outcome:  # fmt: skip
    """Why the cost of models differs from the period before."""
    if by not in BY:
        raise UsageError(f"--by does not know {by!r}", f"Use one of {', '.join(BY)}.")
    facts = _facts(ws, "month", start, end, narrowed)
    return Outcome(encode(effects_document(facts, by)))


def cost_forecast(
    ws: Workspace, store: bool = False, narrowed: dict[str, list[str]] | None = None
) -> Outcome:
    """What the running month comes to; with `store` it is kept to be judged later, once a day."""
    stored = store_month_forecast(ws, SYSTEM) if store else 0
    return Outcome(encode(forecast_document(_facts(ws, "month", None, None, narrowed))) | {"stored": stored})


def cost_anomalies(
    ws: Workspace, start: str | None = None, end: str | None = None, narrowed: dict[str, list[str]] | None = None, open_only: bool = False
) -> Outcome:  # fmt: skip
    """The days out of the ordinary."""
    return Outcome(
        encode(anomalies_document(_facts(ws, "28 days", start, end, narrowed), open_only=open_only))
    )


def cost_what_if(
    ws: Workspace, changes: dict[str, Any], narrowed: dict[str, list[str]] | None = None
) -> Outcome:
    """What the last full month would cost otherwise."""
    return Outcome(encode(what_if_document(_facts(ws, "month", None, None, narrowed), changes)))


def _facts(
    ws: Workspace, window: Window, start: str | None, end: str | None, narrowed: dict[str, list[str]] | None
) -> Any:
    given = narrowed or {}
    unknown = sorted(given.keys() - FILTERED.keys())
    if unknown:
        raise UsageError(f"Nothing is narrowed by {', '.join(unknown)}", f"Use {', '.join(FILTERED)}.")
    return spending_facts(
        ws,
        SYSTEM,
        window,
        start=read_day(start, "--from"),
        end=read_day(end, "--to"),
        narrowed=cast(Any, given),
    )
