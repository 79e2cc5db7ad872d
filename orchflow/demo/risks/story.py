"""How people kept the register of risks: entered, reviewed, closed; and what did go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from orchflow.demo.input_story import InputStory
from orchflow.demo.plan.events import Event
from orchflow.demo.rows import rows
from orchflow.demo.working_days import working_day

TOLD: dict[str, Any] = rows("risks/story.yaml")
KINDS = ("risk", "risk_review", "incident")


class RiskStory(InputStory):
    """Tells it."""

    days = frozenset({"day", "due", "next_review"})
    people = frozenset({"owner_id", "by_id"})

    def events(self) -> list[Event]:
        """All of it, in no order."""
        return [event for kind in KINDS for row in TOLD[kind] for event in self._row(kind, row)]

    def _values(self, told: Mapping[str, Any]) -> dict[str, Any]:
        values = super()._values(told)
        if (over := values.pop("resolved", None)) is not None:
            day, hour = over
            moment = datetime.combine(working_day(self._day(day)), time(hour), self._simulation.zone)
            values["resolved_at"] = moment.astimezone(UTC)
        if "hour" in values:
            values["day"] = working_day(values["day"])
        return values
