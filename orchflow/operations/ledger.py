"""The operation that tells the ledger."""

from __future__ import annotations

from orchflow import clock
from orchflow.encoding import encode
from orchflow.insights.joint_forecast import joint_forecast
from orchflow.insights.ledger import PARTS, read_ledger
from orchflow.metrics.filters import month_to_date
from orchflow.operations.outcome import Outcome, read_day
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace


def ledger(
    ws: Workspace, start: str | None = None, end: str | None = None, effort: int | None = None
) -> Outcome:
    """The ledger of a period, of this month where none is named; of one effort also by when and at what cost it is done."""
    month = month_to_date(clock.today(ws.zone))
    first, last = read_day(start, "--from"), read_day(end, "--to")
    until = last or max(month.end, first or month.end)
    read = read_ledger(ws, SYSTEM, first or min(month.start, until), until, effort_id=effort)
    forecast = joint_forecast(ws, SYSTEM, effort) if effort is not None else None
    return Outcome({**encode(read), "currency": ws.currency, "parts": PARTS, "forecast": encode(forecast)})
