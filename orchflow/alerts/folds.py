"""What has fired told once for each cause: the thresholds of a budget together, and scopes in which the same was seen.

A cause is a day, a direction, what is counted, and what it mostly came of: the first of agent, model, provider and organisation of
which one value makes at least half of the change of its week, and what that came of in its turn, where it has an alert as well.
So a leap of one agent's cost that shows in its model, in its provider and in all is one. The alerts stay apart in their states, and
each may be answered by itself: folding is reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeAlias, cast

from orchflow import clock
from orchflow.alerts.scopes import value_of_scope
from orchflow.alerts.standings import AlertStanding, list_alerts
from orchflow.alerts.tables import AlertKind, AlertWindow, Side
from orchflow.errors import OrchflowError
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import dimensions, grows_with_days
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED, UNATTRIBUTED, Filters
from orchflow.metrics.metric import Dimension
from orchflow.metrics.privacy import privacy_of
from orchflow.metrics.read import lines
from orchflow.metrics.sided import comparable
from orchflow.metrics.spending.contributors import ORDER, TELLING
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace

WEEK = timedelta(days=6)
Place: TypeAlias = tuple[str, str]
"""A dimension and its value; both empty for the whole."""
Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Fold:
    """Alerts of one cause: the one that tells it best, and the others."""

    head: AlertStanding
    others: tuple[AlertStanding, ...] = ()

    @property
    def alerts(self) -> tuple[AlertStanding, ...]:
        """All of them, the head first."""
        return (self.head, *self.others)

    @property
    def waits(self) -> bool:
        """Whether nobody has acknowledged one of them."""
        return any(each.waits for each in self.alerts)

    @property
    def to_answer(self) -> tuple[AlertStanding, ...]:
        """Those that the reader may acknowledge."""
        return tuple(each for each in self.alerts if each.may_answer)

    def document(self) -> dict[str, object]:
        """What programs are told of it."""
        others = [each.document() for each in self.others]
        return {"head": self.head.document(), "others": others, "waits": self.waits}


def raised_folds(ws: Workspace, actor: Actor, standings: Iterable[AlertStanding]) -> list[Fold]:
    """Those of the alerts that have fired and are not back to normal, folded; those that wait first, then the newest, then the widest."""
    contributors = _Contributors(ws, actor)
    folds = []
    for key, together in _alike(ws, [each for each in standings if each.raised]):
        budget = len(together) == 1 or key[0] == AlertKind.BUDGET
        groups = {place_of(together[0]): together} if budget else _by_cause(together, contributors)
        folds += [_fold(members, of) for of, members in groups.items()]
    return sorted(
        folds,
        key=lambda fold: (not fold.waits, -max(_fired(each) for each in fold.alerts), -len(fold.others)),
    )


def list_folds(ws: Workspace, actor: Actor) -> list[Fold]:
    """What has fired, as one reader may see it."""
    return raised_folds(ws, actor, list_alerts(ws.store, actor))


def place_of(standing: AlertStanding) -> Place:
    """The dimension and the value of which it stands."""
    rule = standing.rule
    return (rule.dimension, value_of_scope(rule, standing.scope)) if rule.dimension else ("", "")


def budget_of(standing: AlertStanding) -> str:
    """The name of the budget of which it is a threshold; empty for another alert."""
    return standing.scope.rpartition(" ")[0] if standing.rule.kind is AlertKind.BUDGET else ""


def told_day(ws: Workspace, standing: AlertStanding) -> date | None:
    """The day on which it was so: the one on which it fired, or the one before where it judges days that are over."""
    if standing.fired_at is None:
        return None
    fired = standing.fired_at.astimezone(ws.zone).date()
    of_yesterday = standing.rule.kind is AlertKind.ANOMALY or standing.rule.window is AlertWindow.YESTERDAY
    return fired - timedelta(days=1) if of_yesterday else fired


def _alike(ws: Workspace, raised: Sequence[AlertStanding]) -> Iterator[tuple[Key, list[AlertStanding]]]:
    """Those that may have one cause: of one budget, or of one day, direction and kind of thing that is counted."""
    found: dict[Key, list[AlertStanding]] = {}
    for each in raised:
        key: Key = (each.id,)
        if budget := budget_of(each):
            key = (AlertKind.BUDGET, budget)
        elif (figure := METRICS.get(each.rule.figure or "")) is not None:
            key = (figure.moved_by or figure.key, each.rule.side, told_day(ws, each))
        found.setdefault(key, []).append(each)
    yield from found.items()


def _by_cause(
    together: Sequence[AlertStanding], contributors: _Contributors
) -> dict[Place, list[AlertStanding]]:
    """By what they came of; where that has an alert of its own, by what that came of in its turn."""
    came_of = {place_of(each): contributors.of(each) for each in together}
    groups: dict[Place, list[AlertStanding]] = {}
    for each in together:
        place, passed = place_of(each), set[Place]()
        while place not in passed and place in came_of:
            passed.add(place)
            place = came_of[place]
        groups.setdefault(place, []).append(each)
    return groups


class _Contributors:
    """What alerts mostly came of, found out once for each scope; nothing for those who may not see small groups."""

    def __init__(self, ws: Workspace, actor: Actor) -> None:
        self._ws, self._actor, self._privacy, self._now = ws, actor, privacy_of(actor), clock.now()
        self._known: dict[Key, Place] = {}

    @cached_property
    def _reach(self) -> Coverage:
        return coverage(self._ws.warehouse, self._now)

    def of(self, standing: AlertStanding) -> Place:
        """What it mostly came of; itself where nothing tells more."""
        place, day, own = place_of(standing), told_day(self._ws, standing), METRICS[str(standing.rule.figure)]
        counted, up = own.moved_by or own.key, standing.rule.side is Side.ABOVE
        key = (counted, up, place, day)
        if key not in self._known and day is not None:
            self._known[key] = self._found(counted, up, place, day)
        return self._known.get(key, place)

    def _found(self, counted: str, up: bool, place: Place, day: date) -> Place:
        own = cast(Dimension, place[0])
        narrowed = {FILTERED[own]: (place[1],)} if own in FILTERED else {}
        if (own and not narrowed) or not grows_with_days(counted) or not self._privacy.people:
            return place
        days = Filters(day - WEEK, day, **cast(Any, narrowed))
        facts = Facts(self._ws, self._actor, days, privacy=self._privacy, now=self._now, reach=self._reach)
        if not comparable(facts, counted):
            return place
        for by in (name for name in cast(tuple[Dimension, ...], ORDER) if name in dimensions(counted)):
            if by == own:
                return place
            if (most := _most(facts, counted, up, by)) is not None:
                return by, most
        return place


def _most(facts: Facts, counted: str, up: bool, by: Dimension) -> str | None:
    """The value that makes at least half of a change in this direction."""
    try:
        told = lines(facts, [counted], by=by, compared=True)
    except OrchflowError:  # what the reader may not see tells them nothing
        return None
    sides = {line["value"]: (line[counted] or 0, line[f"previous_{counted}"] or 0) for line in told}
    moved = {value: float(now) - float(before) for value, (now, before) in sides.items()}
    whole = sum(moved.values())
    if not moved or not whole or (whole > 0) != up:
        return None
    most = max(moved, key=lambda value: moved[value] / whole)
    return most if most != UNATTRIBUTED and moved[most] / whole >= TELLING else None


def _fold(members: Sequence[AlertStanding], contributor: Place) -> Fold:
    """The head is what it came of, else what is furthest beyond its limit; of a budget the highest threshold."""
    if budget_of(members[0]):
        ranked = sorted(members, key=lambda each: (-(each.expected or 0), not each.waits, each.id or 0))
    else:
        ranked = sorted(
            members,
            key=lambda each: (place_of(each) != contributor, not each.waits, -_beyond(each), each.id or 0),
        )
    return Fold(ranked[0], tuple(ranked[1:]))


def _beyond(standing: AlertStanding) -> float:
    """How many times its limit a value is away from it."""
    if standing.value is None or standing.expected is None:
        return 0.0
    return abs(float(standing.value - standing.expected)) / (abs(float(standing.expected)) or 1.0)


def _fired(standing: AlertStanding) -> float:
    return standing.fired_at.timestamp() if standing.fired_at else 0.0
