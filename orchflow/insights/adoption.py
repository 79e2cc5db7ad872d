"""Adoption: how many of those who may run agents do."""

from __future__ import annotations

from datetime import date

from orchflow import clock
from orchflow.config import Targets
from orchflow.insights import definitions
from orchflow.insights.coverage import Coverage
from orchflow.insights.figures import Figure, share
from orchflow.insights.queries import query, row
from orchflow.warehouse.database import Warehouse


def adoption_rate(warehouse: Warehouse, today: date, targets: Targets, reach: Coverage) -> Figure:
    """Adoption rate over the 28 days until `today`, against the 28 before."""
    counts = row(warehouse, "adoption", {"today": today})
    seats, missing = int(counts["seats"]), None
    if not seats:
        missing = "Nobody's roles are known: run ingestion of users"
    elif reach.runs_from is None:
        missing = "No runs of agents yet"
    known_before = reach.runs_from is not None and (today - reach.runs_from).days >= 55
    return Figure(
        "adoption", "Adoption", None if missing else share(counts["active"], seats), "percent",
        previous=share(counts["active_before"], seats) if known_before and not missing else None,
        target=targets.adoption_rate, direction="up", definition=definitions.ADOPTION, sql=query("adoption").text,
        missing=missing, as_of=reach.runs_as_of, computed_at=clock.now(),
        note="vs the 28 days before" if known_before else "",
    )  # fmt: skip
