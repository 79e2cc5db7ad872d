"""Incidents: what may be said of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.risks.assessments import not_yet
from orchflow.risks.tables import Incident
from orchflow.store.entity import Entity
from orchflow.store.history import instant, zone_of
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    IncidentRow: TypeAlias = Incident
else:
    IncidentRow = row_type("IncidentRow", Incident, __name__)


def began(incident: Any, zone: tzinfo) -> datetime:
    """When it began: its hour, or its day's first where nobody said one."""
    return datetime.combine(incident.day, time(incident.hour or 0), zone)


class _IncidentRules(Rules):
    """An incident has happened, was over after it began, and what it cost has a currency."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = [*super().problems(row, value, values), *self._begun(value, values)]
        if value("cost") is not None and not value("currency"):
            problems.append(Problem(None, "currency", "is needed beside a cost, like EUR"))
        return [*problems, *self._resolved(value)]

    def _begun(self, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        if future := not_yet(self.session, "day", values.get("day")):
            return future
        day, hour, now = value("day"), value("hour"), instant(self.session).astimezone(zone_of(self.session))
        if not values.keys() & {"day", "hour"} or (day, hour or 0) <= (now.date(), now.hour):
            return []
        return [
            Problem(
                None, "hour", f"is in the future: {hour}; it is {now:%H:%M}, write an hour up to {now.hour}"
            )
        ]

    def _resolved(self, value: Callable[[str], Any]) -> list[Problem]:
        over, day = value("resolved_at"), value("day")
        if over is None or day is None:
            return []
        first = datetime.combine(day, time(value("hour") or 0), zone_of(self.session))
        if over < first:
            return [Problem(None, "resolved_at", f"is before the incident began ({first:%Y-%m-%d %H:%M}): correct one of the two")]  # fmt: skip
        if over > instant(self.session) + timedelta(minutes=1):
            return [Problem(None, "resolved_at", "is in the future: leave it empty until it is over")]
        return []


INCIDENTS = Entity(
    Incident,
    IncidentRow,
    "What went wrong on which day, how bad it was, of which risk, and when it was over.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.INPUTS_EDIT,
    owner="owner_id",
    order=(Incident.day, Incident.id),
    rules=_IncidentRules,
    own_words="Only its owner",
    known_by=("title", "agent", "day", "hour"),
    called_by="title",
)
