"""How people kept the inputs of costs: written at the moments of the story, and changed when something had changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orchflow.demo import models
from orchflow.demo.costs.spending import Spending
from orchflow.demo.incidents import INCIDENTS, OUTAGES
from orchflow.demo.input_story import InputStory, month_after
from orchflow.demo.plan.events import Event
from orchflow.demo.plan.scene import Scene
from orchflow.demo.rows import rows
from orchflow.demo.working_days import working_day

TOLD: dict[str, Any] = rows("costs/story.yaml")
KINDS = (
    "exchange_rate",
    "cost_entry",
    "budget",
    "cost_share",
    "timeline_event",
    "target",
    "price",
    "anomaly_opinion",
    "chart_note",
)
DAYS = frozenset({"day", "starts", "ends", "valid_from", "valid_to", "until"})
CENTS = Decimal("0.01")
KNOWN_AFTER = 3
"""Working days after the end of a month on which it is known what was handled in it."""


class CostStory(InputStory):
    """Tells it."""

    days = DAYS

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._spending = Spending(scene.simulation)

    def events(self) -> list[Event]:
        """All of it, in no order."""
        told = [event for kind in KINDS for row in TOLD[kind] for event in self._row(kind, row)]
        return [*told, *self._hourly_rates(), *self._claims_handled(), *self._happened()]

    def _values(self, told: Mapping[str, Any]) -> dict[str, Any]:
        values = super()._values(told)
        if "of" in values:
            values["subject_kind"], values["subject"] = values.pop("of").split(" ", 1)
            values["owner_kind"], owner = values.pop("to").split(" ", 1)
            values[f"{values['owner_kind']}_id"] = owner
        if (reached := values.pop("reaches", None)) is not None:
            values["amount"] = self._amount(values, reached)
        return values

    def _amount(self, budget: Mapping[str, Any], reached: float) -> Decimal:
        """Of which the last thirty days come to `reached`."""
        spent = (
            self._spending.of_agent(budget["agent"])
            if budget["scope"] == "agent"
            else self._spending.of_provider(budget["provider"])
        )
        return max((spent / Decimal(str(reached))).quantize(CENTS), CENTS)

    def _hourly_rates(self) -> Iterator[Event]:
        """Those of Day 1, and on the morning of the pay round their end and the next ones."""
        told = TOLD["hourly_rates"]
        by, raised = self._cast(told["by"]), self._day(told["pay_round"])
        subjects = [*told["roles"].items(), (None, told["everybody_else"])]
        for role, (first, later) in subjects:
            values = {"job_role": role, "currency": "USD"}
            begins = {"rate": first, "valid_from": self._simulation.start}
            yield Event(self._on(1), by, "hourly_rate", f"rate {role}", values | begins)
            if first != later:
                when = self._scene.rhythm.first(raised) + 0.12
                yield Event(when, by, "hourly_rate", f"rate {role}", {"valid_to": raised})
                rises = {"rate": later, "valid_from": raised}
                yield Event(when, by, "hourly_rate", f"raised {role}", values | rises)

    def _claims_handled(self) -> Iterator[Event]:
        """Every whole month, from the one before Day 1 on."""
        told = TOLD["claims_handled"]
        month = (self._simulation.start.replace(day=1) - timedelta(days=1)).replace(day=1)
        while (following := month_after(month)) <= self._simulation.today:
            when = self._scene.rhythm.first(max(following, self._simulation.start)) + KNOWN_AFTER + 0.3
            values = {"name": "Claims handled", "month": month, "value": told["months"][month.month - 1], "unit": "claims"}  # fmt: skip
            yield Event(when, self._cast(told["by"]), "business_measure", f"claims {month}", values)
            month = following

    def _happened(self) -> Iterator[Event]:
        """What charts have to be read with: launches, other prices, what failed."""
        for title, day, values in self._occasions():
            when = self._scene.rhythm.first(day) + 0.42
            told = {"title": title, "day": day} | values
            yield Event(when, self._cast("ai_lead"), "timeline_event", title, told)

    def _occasions(self) -> Iterable[tuple[str, date, dict[str, Any]]]:
        date_of = self._simulation.date_of
        names = {agent.slug: agent.name for agent in self._simulation.agents}
        for agent, life in zip(self._simulation.agents, self._simulation.lives, strict=True):
            if life.launch <= self._simulation.days:
                yield f"{agent.name} launched", date_of(life.launch), {"kind": "launch", "agent": agent.slug}
        for change in models.PRICE_CHANGES:
            provider = models.MODELS[models.INDEX[change.model]].provider
            yield change.title, date_of(change.day), {"kind": "price_change", "provider": provider}
        for incident in INCIDENTS:
            if incident.agent in names:
                yield incident.title, date_of(incident.first), {"kind": "incident", "agent": incident.agent}
        for outage in OUTAGES:
            yield (
                outage.title,
                working_day(date_of(outage.day)),
                {"kind": "incident", "provider": outage.provider},
            )
