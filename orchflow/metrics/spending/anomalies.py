"""Days on which somebody or something cost out of the ordinary: found for each scope, since opposite moves hide each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orchflow.ingest.recording import NOT_RECORDED
from orchflow.metrics.spending.anomaly_band import LEAST_DAYS, Judged, Least, Outlier
from orchflow.metrics.spending.anomaly_folds import Fold, folded
from orchflow.metrics.spending.anomaly_scopes import DIMENSIONS, WORKSPACE, Scopes
from orchflow.metrics.spending.contributors import Part, parts_of_all, parts_of_one
from orchflow.metrics.spending.daily import DAY, NO_PRICE, NO_USAGE, Daily, last_known
from orchflow.metrics.spending.opinions import Happened, Opinion, happened, opinions
from orchflow.people.small_groups import WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

LEAST = Least()
APART_DAYS = 7
"""With as many days between them two anomalies of a scope are two."""


@dataclass(frozen=True)
class Anomaly:
    """A day of one scope outside what is ordinary for it, and by how much; `low` to `high` would have been ordinary.

    `parts` are what it mostly came of, the most telling dimension first, where that was asked for; `events` what happened that day and may explain it;
    `opinion` what somebody said of it, with which it is no longer open.
    """

    day: date
    dimension: str
    value: str
    label: str
    cost: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    weeks: int
    parts: tuple[Part, ...] = ()
    events: tuple[str, ...] = ()
    opinion: Opinion | None = None

    @property
    def excess(self) -> Decimal:
        """How much more, or less, than expected."""
        return self.cost - self.expected

    @property
    def open(self) -> bool:
        """Whether nobody has said anything of it."""
        return self.opinion is None


@dataclass(frozen=True)
class Episode:
    """Days of one scope that were off in the same direction without a week between them, the first first."""

    days: tuple[Anomaly, ...]

    @property
    def worst(self) -> Anomaly:
        """The day that was off the most."""
        return max(self.days, key=lambda day: abs(day.excess))

    @property
    def excess(self) -> Decimal:
        """How much more, or less, than expected all its days cost."""
        return sum((day.excess for day in self.days), Decimal(0))

    @property
    def open(self) -> bool:
        """Whether nobody has said anything of some of its days."""
        return any(day.open for day in self.days)


@dataclass(frozen=True)
class Anomalies:
    """Those of the days from `start` to `end` that can be judged, the newest first; or why none can.

    `scopes` were judged; `young` ones not, since they are there for fewer than four weeks.
    """

    items: tuple[Anomaly, ...]
    start: date | None
    end: date | None
    scopes: int = 0
    young: int = 0
    missing: str = ""
    days: Mapping[str, tuple[Daily, Judged]] = field(default_factory=dict, repr=False, compare=False)

    def band(self, dimension: str, value: str) -> pd.DataFrame:
        """The days judged of a scope: day, cost, expected, low and high of what is ordinary, outside; empty for no scope."""
        columns = ["day", "cost", "expected", "low", "high", "outside"]
        days, judged = self.days.get(dimension, (None, None))
        if days is None or judged is None or value not in days.keys:
            return pd.DataFrame(columns=columns)
        row = days.keys.index(value)
        cost = days.values[row, judged.first :]
        expected, low, high = judged.expected[row], judged.low[row], judged.high[row]
        if np.nanmin(days.values[row]) >= 0:
            low = np.maximum(low, 0)
        outside = [
            day if day < least or day > most else None
            for day, least, most in zip(cost, judged.low[row], high, strict=True)
        ]
        dates = [days.day(judged.first + place) for place in range(len(cost))]
        return pd.DataFrame(dict(zip(columns, (dates, cost, expected, low, high, outside), strict=True)))

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """Days on end told as one, the newest first: what a lasting change is, is told once."""
        return episodes(self.items)

    @cached_property
    def folds(self) -> tuple[Fold, ...]:
        """The episodes told once for each cause."""
        return folded(self.episodes)

    @property
    def open(self) -> tuple[Fold, ...]:
        """The causes of which nobody has said anything in some scope."""
        return tuple(each for each in self.folds if each.open)


def episodes(items: Iterable[Anomaly]) -> tuple[Episode, ...]:
    """The anomalies as episodes: by scope and direction, the newest first, of one day the one that is off most first."""
    runs: dict[tuple[str, str, bool], list[list[Anomaly]]] = {}
    for each in sorted(items, key=lambda each: each.day):
        runs_of_scope = runs.setdefault((each.dimension, each.value, each.excess > 0), [])
        if not runs_of_scope or (each.day - runs_of_scope[-1][-1].day).days >= APART_DAYS:
            runs_of_scope.append([])
        runs_of_scope[-1].append(each)
    found = [Episode(tuple(days)) for same in runs.values() for days in same]
    return tuple(
        sorted(
            found,
            key=lambda each: (
                -each.days[-1].day.toordinal(),
                -abs(each.excess),
                each.worst.dimension,
                each.worst.value,
            ),
        )
    )


def anomalies(facts: Facts, *, least: Least = LEAST, each_day: bool = True) -> Anomalies:
    """The days of the period out of the ordinary, of everything and of every scope (`anomaly_scopes`).

    Filters choose the scopes that are told, and narrow no scope itself, but for sources. What it came of is looked for of `each_day`,
    or only of the worst day of each episode, which is all that episodes and their folds tell.
    """
    last, first = last_known(facts), facts.reach.usage_from
    if facts.recording.nothing:
        return Anomalies((), None, None, missing=NOT_RECORDED)
    if first is None:
        return Anomalies((), None, None, missing=NO_USAGE)
    if last is None:
        return Anomalies((), None, None, missing=WITHHELD if not facts.privacy.people else _from(first))
    unknown = facts.filters.narrowed - {*DIMENSIONS, "source"}
    if unknown:
        return Anomalies(
            (), None, None, missing=f"It is not known by {' and '.join(sorted(unknown))}: clear that filter"
        )
    start, end = max(facts.filters.start, first + DAY * LEAST_DAYS), min(facts.filters.end, last)
    if end < start:
        return Anomalies(
            (), None, None, missing=_from(first) if last < start else "Nothing is known of these days yet"
        )
    reading = Scopes(facts, start, end, least)
    if not reading.judged:
        return Anomalies((), None, None, missing=NO_PRICE if facts.privacy.people else WITHHELD)
    return _found(reading, each_day)


def _from(first: date) -> str:
    return f"A day is judged by at least {LEAST_DAYS} days before it: the first of them is {first + DAY * LEAST_DAYS}"


def _found(reading: Scopes, each_day: bool) -> Anomalies:
    outside = [
        _anomaly(reading, name, outlier)
        for name, judged in reading.judged.items()
        for outlier in judged.outliers
        if reading.told(name, reading.days[name].keys[outlier.series])
    ]
    asked = outside if each_day else [episode.worst for episode in episodes(outside)]
    parts = dict(zip(map(id, asked), _parts(reading, asked), strict=True))
    said = opinions(reading.facts.ws.store, reading.start, reading.end)
    notes: dict[date, list[Happened]] = {}
    for note in happened(reading.facts.ws.store, reading.start, reading.end):
        notes.setdefault(note.day, []).append(note)
    items = [
        replace(
            each, parts=parts.get(id(each), ()), opinion=_opinion(said, each), events=_events(notes.get(each.day, ()), each)
        )
        for each in outside
    ]  # fmt: skip
    items.sort(
        key=lambda each: (-each.day.toordinal(), each.dimension != WORKSPACE, -abs(each.excess), each.value)
    )
    told = [
        (name, value, judged.expected[number])
        for name, judged in reading.judged.items()
        for number, value in enumerate(reading.days[name].keys)
        if reading.told(name, value)
    ]
    young = sum(bool(np.isnan(expected).all()) for _, _, expected in told)
    days = {name: (reading.days[name], judged) for name, judged in reading.judged.items()}
    return Anomalies(tuple(items), reading.start, reading.end, len(told) - young, young, days=days)


def _anomaly(reading: Scopes, name: str, outlier: Outlier) -> Anomaly:
    days = reading.days[name]
    value = days.keys[outlier.series]
    least = 0.0 if np.nanmin(days.values[outlier.series]) >= 0 else -np.inf
    label = "Everything" if name == WORKSPACE else reading.facts.names.of(name, value)
    expected, low, high = (
        Decimal(f"{amount:.6f}") for amount in (outlier.expected, max(outlier.low, least), outlier.high)
    )
    cost = days.exact.get((value, outlier.day), Decimal(0))
    return Anomaly(days.day(outlier.day), name, value, label, cost, expected, low, high, outlier.weeks)


def _parts(reading: Scopes, outside: Sequence[Anomaly]) -> list[tuple[Part, ...]]:
    """What each came of: of the workspace from the scopes that were judged, of any other from its own rows."""
    names = reading.facts.names
    apart = [each for each in outside if each.dimension != WORKSPACE]
    of_one = iter(
        parts_of_one(
            reading.facts, [(each.dimension, each.value, each.day, each.weeks, each.excess) for each in apart]
        )
        if reading.facts.privacy.people
        else [()] * len(apart)
    )
    of_all = {
        name: (reading.days[name], judged) for name, judged in reading.judged.items() if name != WORKSPACE
    }
    return [
        parts_of_all(names, of_all, each.day, each.excess) if each.dimension == WORKSPACE else next(of_one)
        for each in outside
    ]


def _opinion(said: Iterable[Opinion], of: Anomaly) -> Opinion | None:
    """The last that was said of this scope and day."""
    return next((each for each in said if each.about(of.dimension, of.value, of.day)), None)


def _events(notes: Iterable[Happened], of: Anomaly) -> tuple[str, ...]:
    return tuple(each.words for each in notes if each.explains(of.dimension, of.value, of.day))
