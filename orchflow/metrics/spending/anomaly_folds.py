"""Anomalies told once for each cause: a leap of one agent is one in its model, its provider and everything as well.

The cause of an episode is what it mostly came of: the first of `contributors.ORDER` of which one value, be it the scope itself, makes
at least half of the difference. Episodes of one cause and direction that share a day are one. Each stays as it is and may be
answered by itself: folding is reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchflow.metrics.spending.anomaly_scopes import WORKSPACE
from orchflow.metrics.spending.contributors import ORDER, TELLING

if TYPE_CHECKING:
    from orchflow.metrics.spending.anomalies import Anomaly, Episode

Cause = tuple[str, str]
"""A dimension and its value; of the workspace none."""


@dataclass(frozen=True)
class Fold:
    """Episodes of one cause: the one that tells it best, and the others."""

    head: Episode
    others: tuple[Episode, ...] = ()

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """All of them, the head first."""
        return (self.head, *self.others)

    @property
    def open(self) -> bool:
        """Whether nobody has said anything of one of them."""
        return any(each.open for each in self.episodes)


def folded(episodes: Sequence[Episode]) -> tuple[Fold, ...]:
    """The episodes by their causes, in the order of those that tell them best."""
    groups: dict[tuple[Cause, bool], list[list[Episode]]] = {}
    wholes = [each for each in episodes if each.worst.dimension == WORKSPACE]
    for each in episodes:
        same = groups.setdefault((_cause(each, wholes), each.excess > 0), [])
        days = _days(each)
        touching = [group for group in same if any(days & _days(other) for other in group)]
        for group in touching:
            same.remove(group)
        same.append([*(other for group in touching for other in group), each])
    place = {id(each): number for number, each in enumerate(episodes)}
    folds = [_fold(cause, group) for (cause, _), same in groups.items() for group in same]
    return tuple(sorted(folds, key=lambda fold: place[id(fold.head)]))


def _cause(of: Episode, wholes: Sequence[Episode]) -> Cause:
    """What it came of. Where a reader is not told what a scope came of, it is what everything came of of which the scope is a part."""
    own = (of.worst.dimension, of.worst.value)
    telling = _telling(of.worst)
    if not telling and own[0] != WORKSPACE:
        for whole in wholes:
            parts = _telling(whole.worst)
            if own in parts and (whole.excess > 0) == (of.excess > 0) and _days(whole) & _days(of):
                telling = parts
    return min([own, *telling], key=lambda cause: ORDER.index(cause[0]) if cause[0] in ORDER else len(ORDER))


def _telling(of: Anomaly) -> list[Cause]:
    return [(part.dimension, part.value) for part in of.parts if part.share >= TELLING]


def _days(of: Episode) -> set[date]:
    return {day.day for day in of.days}


def _fold(cause: Cause, group: Sequence[Episode]) -> Fold:
    """The head is the scope that is the cause, else the one that is off the most."""
    ranked = sorted(
        group, key=lambda each: ((each.worst.dimension, each.worst.value) != cause, -abs(each.excess))
    )
    return Fold(ranked[0], tuple(ranked[1:]))
