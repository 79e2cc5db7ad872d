"""Lets the rules of alerts be looked at as they were over the months, and people answer what fired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from orchflow.alerts.answers import acknowledge, give_feedback
from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import list_alerts
from orchflow.alerts.tables import Cause
from orchflow.demo.incidents import INCIDENTS
from orchflow.demo.plan.scene import Scene
from orchflow.demo.rows import rows
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import list_users
from orchflow.store.retelling import Retelling, retell
from orchflow.workspace import Workspace

TOLD: dict[str, Any] = rows("alerts/story.yaml")
WRITTEN, LOOKED_AT, ANSWERED = 0.2, 0.35, 0.6
"""When on a working day rules are made, looked at and answered."""


def tell_alerts(ws: Workspace, scene: Scene) -> None:
    """Write the rules with their past until the simulation's `now`; facts and plan are in the workspace already."""
    people = {
        user.username: Actor(user.id, user.username, user.display_name, user.role)
        for user in list_users(ws.store, SYSTEM)
    }
    with retell(ws.store, SYSTEM) as past:
        teller = _Teller(Workspace(ws.settings, past, ws.warehouse), past, scene, people)
        for when, act in sorted(teller.acts(), key=lambda each: each[0]):
            if (at := scene.rhythm.at(when)) > scene.simulation.now:
                break
            past.at(at)
            act(at)


Act = Callable[[datetime], object]


class _Teller:
    """Acts in a past; `ws` is the workspace as it was."""

    def __init__(self, ws: Workspace, past: Retelling, scene: Scene, people: Mapping[str, Actor]) -> None:
        self._ws, self._past, self._scene, self._people = ws, past, scene, people
        self._rules: dict[str, Any] = {}

    def acts(self) -> list[tuple[float, Act]]:
        """Everything that happened, each with the working time of it."""
        made = [
            (self._scene.first(row["written"]) + WRITTEN, partial(self._make, row)) for row in TOLD["rules"]
        ]
        looked = [(self._scene.first(day) + LOOKED_AT, self._look) for day in self._days()]
        said = [
            (self._scene.first(row["day"]) + ANSWERED, partial(self._answer, row)) for row in TOLD["answers"]
        ]
        return [*made, *looked, *said, (self._scene.now, self._look)]

    def _days(self) -> set[int]:
        first = min(row["written"] for row in TOLD["rules"])
        days = set(range(first, self._scene.simulation.days, TOLD["weekly"]))
        for incident in INCIDENTS:
            days.update(incident.first + later for later in TOLD["from_the_first"])
            days.update(incident.last + later for later in TOLD["from_the_last"])
        return {day for day in days if first <= day < self._scene.simulation.days}

    def _make(self, row: Mapping[str, Any], at: datetime) -> None:
        values = {name: value for name, value in row.items() if name not in ("written", "by", "key")}
        owner = self._people[self._scene.cast.holder(row["by"]).username]
        self._rules[row["key"]] = ALERT_RULES.create(self._past, owner, **values)

    def _look(self, at: datetime) -> None:
        evaluate_rules(self._ws, cause=Cause.SCHEDULE, now=at)

    def _answer(self, row: Mapping[str, Any], at: datetime) -> None:
        """Say why it fired, where it did: in another simulation it may not have."""
        rule = self._rules.get(row["rule"])
        if rule is None:
            return
        owner = next(actor for actor in self._people.values() if actor.user_id == rule.owner_id)
        for alert in list_alerts(self._past, owner, rule_id=rule.id):
            if alert.scope == row.get("scope", "") and alert.state == "fired" and alert.id is not None:
                acknowledge(self._past, owner, alert.id, row["reason"])
                give_feedback(self._past, owner, alert.id, row["feedback"])
