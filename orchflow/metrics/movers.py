"""What moved a figure: its change taken apart by one dimension, so that the parts add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchflow.metrics.catalogue import metric
from orchflow.metrics.compiler import grows_with_days
from orchflow.metrics.metric import Dimension, Figure, Number
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.read import figure, lines
from orchflow.metrics.sided import comparable

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts


@dataclass(frozen=True)
class Mover:
    """One value of the dimension and its part in the change."""

    value: str
    name: str
    delta: Number


@dataclass(frozen=True)
class Change:
    """How a figure moved against the period before; the `movers`, the strongest first, add up to the difference."""

    figure: Figure
    by: Dimension
    movers: tuple[Mover, ...]

    @property
    def delta(self) -> Number:
        """By how much it moved."""
        assert self.figure.now is not None
        assert self.figure.previous is not None
        return self.figure.now - self.figure.previous  # type: ignore[operator]

    def strongest(self, count: int) -> tuple[Mover, ...]:
        """Those that moved furthest in the direction in which the figure went."""
        up = self.delta > 0
        return tuple(mover for mover in self.movers if mover.delta and (mover.delta > 0) == up)[:count]


def change(facts: Facts, key: str, by: Dimension) -> Change | None:
    """The change of a sum, or of a ratio by what its numerator is made of; None where nothing can be compared.

    A value's part in a ratio is its part of the numerator over the whole denominator, on both sides.
    """
    own, comparison = metric(key), facts.comparison
    whole = figure(facts, key)
    if whole.now is None or whole.previous is None or not comparable(facts, key):
        return None
    numerator = own.moved_by or key
    rows = lines(facts, [numerator], by=by, compared=True)
    if not facts.privacy.people:
        rows = _with_both_sides(rows, numerator)
    named = facts.names.distinct(by, [line["value"] for line in rows])
    now: list[Any] = [line[numerator] or 0 for line in rows]
    before: list[Any] = [line[f"previous_{numerator}"] or 0 for line in rows]
    if own.moved_by:
        now, before = _scaled(now, whole.now), _scaled(before, whole.previous)
    elif grows_with_days(key):
        sides = [comparison.a_day(*parts) for parts in zip(now, before, strict=True)]
        now, before = [part for part, _ in sides], [part for _, part in sides]
    movers = [
        Mover(line["value"], named[line["value"]], part - part_before)
        for line, part, part_before in zip(rows, now, before, strict=True)
    ]
    return Change(whole, by, tuple(sorted(movers, key=lambda mover: -abs(float(mover.delta)))))


def _with_both_sides(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The rows, without those of which one side is withheld: both of their sides are with the small groups."""
    sides = (key, f"previous_{key}")
    told = [row for row in rows if row["value"] != SMALL_GROUPS and None not in (row[side] for side in sides)]
    rest = [row for row in rows if row not in told]
    if not rest:
        return told
    together = {side: sum(row[side] or 0 for row in rest) for side in sides}
    return [*told, {"value": SMALL_GROUPS, **together}]


def _scaled(parts: list[Any], whole: Number) -> list[Any]:
    total = sum(parts)
    return [float(part) / float(total) * float(whole) if total else 0 for part in parts]
