"""The journey by its flows: those that ship and the workspace's own, when each is to be done, how far it is, what holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from orchflow.guidance.begin import Offer, offered
from orchflow.guidance.checks.results import FlowLevel, flow_levels, list_checks
from orchflow.guidance.left_behind import LeftBehind, left_behind
from orchflow.guidance.progress import FlowProgress
from orchflow.metrics.facts import Facts
from orchflow.metrics.time_to_value import journey_day
from orchflow.people.permissions import Permission
from orchflow.people.tables import User
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class FlowLeg:
    """One flow of the journey.

    `start` and `end` are its days: as planned once begun, else those of its window after the workspace's Day 1 (None: there
    is no Day 1 yet). `window` are its first and last day of the journey, None for a flow of the workspace's own. `offer` is
    what ships, `progress` how far it is once begun; `level` how far its self-checks say it is.
    """

    key: str
    number: int
    name: str
    start: date | None
    end: date | None
    window: tuple[int, int] | None
    owner: str = ""
    offer: Offer | None = None
    progress: FlowProgress | None = None
    level: FlowLevel | None = None

    @property
    def complete(self) -> bool:
        """Whether everything that is required is done."""
        return self.progress is not None and self.progress.counts.complete

    @property
    def newer(self) -> bool:
        """Whether other content ships than it was begun with."""
        return self.offer is not None and self.offer.newer


@dataclass(frozen=True)
class JourneyReport:
    """The flows in their order; `day` is today's number in the journey. `left_behind` is still with people who have left."""

    legs: tuple[FlowLeg, ...]
    day_one: date | None
    day: int | None
    left_behind: tuple[LeftBehind, ...]

    @property
    def begun(self) -> tuple[FlowLeg, ...]:
        """The flows that were begun."""
        return tuple(leg for leg in self.legs if leg.progress is not None)

    @property
    def to_begin(self) -> tuple[Offer, ...]:
        """The flows that ship and were not begun, in their order."""
        return tuple(leg.offer for leg in self.legs if leg.offer is not None and leg.progress is None)


def journey_report(facts: Facts) -> JourneyReport:
    """How the journey stands now, as whoever reads the facts may see it."""
    ws, actor, today = facts.ws, facts.actor, facts.today
    actor.require(Permission.PLAN_VIEW)
    offers = {offer.number: offer for offer in offered(ws.store, actor)}
    begun = {flow.number: flow for flow in facts.begun_flows}
    levels = {level.flow: level for level in flow_levels(list_checks(ws, actor))}
    owners = _names(ws, {flow.owner_id for flow in begun.values() if flow.owner_id})
    legs = [
        _leg(number, offers.get(number), begun.get(number), levels.get(number), owners, ws.start_date)
        for number in sorted({*offers, *begun})
    ]
    behind = tuple(left_behind(ws.store, actor))
    return JourneyReport(tuple(legs), ws.start_date, journey_day(ws.start_date, today), behind)


def _leg(
    number: int, offer: Offer | None, flow: FlowProgress | None, level: FlowLevel | None, owners: dict[int, str], day_one: date | None
) -> FlowLeg:  # fmt: skip
    window = (offer.from_day, offer.to_day) if offer else None
    if flow is not None:
        owner, end = owners.get(flow.owner_id or 0, ""), flow.planned_end
        return FlowLeg(flow.key, number, flow.name, flow.start_day, end, window, owner, offer, flow, level)
    assert offer is not None
    start, end = (
        day_one + timedelta(days=day - 1) if day_one else None for day in (offer.from_day, offer.to_day)
    )
    return FlowLeg(offer.key, number, offer.name, start, end, window, "", offer, None, level)


def _names(ws: Workspace, people: set[int]) -> dict[int, str]:
    with ws.store.read() as session:
        chosen = sa.select(User.id, User.display_name).where(User.id.in_(people))
        return dict(session.execute(chosen).all())
