"""What is told of groups and of their parts, so that neither a number nor what one leaves of another is of too few people.

It works on who they are, not on how many: groups may have people in common, and what is left of the whole is counted, not
subtracted. Where somebody may see everything nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as People
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from orchflow.people.small_groups import SMALLEST_GROUP, pooled

K = TypeVar("K")
P = TypeVar("P")
IN_STEPS: Final = "Told in fives"
"""What is said of counts over time that are rounded so that nobody's coming or going can be read."""


@dataclass(frozen=True)
class ToldGroup(Generic[K]):
    """A group, or the small ones together (`key` None): how many they are, and how many are of each part (None: too few, or all but too few)."""

    key: K | None
    people: int
    parts: tuple[int | None, ...]


def enough(part: int, whole: int) -> bool:
    """Whether neither a part nor what is left of the whole is too few; so 0 and all of it are not told either."""
    return SMALLEST_GROUP <= part <= whole - SMALLEST_GROUP


def steps_told(sizes: Sequence[int], first: Sequence[int] = ()) -> tuple[int | None, ...]:
    """Which of sizes that lie within each other, the largest first, may stand beside each other.

    Those at the places `first` are decided on before the others, because they are told elsewhere too.
    """
    told: dict[int, int] = {}
    for place in dict.fromkeys((*first, *range(len(sizes)))):
        size = sizes[place]
        apart = (abs(size - other) >= SMALLEST_GROUP for other in told.values())
        if size >= SMALLEST_GROUP and all(apart):
            told[place] = size
    return tuple(told.get(place) for place in range(len(sizes)))


def groups_told(
    groups: Mapping[K, People[P]], parts: Sequence[People[P]], *, beside: Sequence[People[P]] = (), everything: bool = False
) -> list[ToldGroup[K]]:  # fmt: skip
    """The groups, and how many of each are in each of `parts`, which lie within each other, the largest first.

    Groups of fewer than five are told together, with the next larger where they are too few. Of a part, a group is not told
    where it has fewer than five in it or all but fewer than five; and where what all groups leave of it would be so, the
    smallest group that is told is not told of it either. `beside` are groups that are told of the same parts elsewhere, by another
    division: what one of them leaves of a group that it lies within, or has within it, is judged in the same way.
    """
    if everything:
        return [
            ToldGroup(key, len(group), tuple(len(group & part) for part in parts))
            for key, group in groups.items()
        ]
    whole = frozenset[P]().union(*groups.values())
    small = pooled({key: set(group) for key, group in groups.items()})
    told: dict[K | None, People[P]] = {key: group for key, group in groups.items() if key not in small}
    together = frozenset[P]().union(*small.values())
    if len(together) >= SMALLEST_GROUP:
        told[None] = together
    above = {key: len(group) for key, group in told.items()}
    columns: list[dict[K | None, int | None]] = []
    left: dict[frozenset[K | None], int] = {}
    for part in parts:
        inside = {key: len(group & part) for key, group in told.items()}
        hidden = _hidden(told, part, inside, above, whole, left, beside)
        columns.append({key: None if key in hidden else inside[key] for key in told})
        above |= {key: size for key, size in inside.items() if key not in hidden}
    return [
        ToldGroup(key, len(group), tuple(column[key] for column in columns)) for key, group in told.items()
    ]


def _hidden(
    told: Mapping[K | None, People[P]], part: People[P], inside: Mapping[K | None, int],
    above: Mapping[K | None, int], whole: People[P], left: dict[frozenset[K | None], int], beside: Sequence[People[P]],
) -> set[K | None]:  # fmt: skip
    """The groups that are not told of a part; `left` is how many of the part before those that were not told had, by which these were."""
    hidden = {
        key
        for key, group in told.items()
        if not enough(inside[key], above[key]) or any(_leaves_few(group, other, part) for other in beside)
    }
    while len(hidden) < len(told):
        shown = [key for key in told if key not in hidden]
        rest = whole - frozenset[P]().union(*(told[key] for key in shown))
        size = len(rest & part)
        if not rest or (len(hidden) != 1 and enough(size, left.get(frozenset(hidden), len(rest)))):
            left[frozenset(hidden)] = size
            break
        hidden.add(min(shown, key=lambda key: (inside[key], str(key))))
    return hidden


def _leaves_few(one: People[P], other: People[P], part: People[P]) -> bool:
    """Whether of two groups, one of which lies within the other, what is left is of too few people, or of too few of a part."""
    if not (one < other or other < one):
        return False
    rest = one ^ other
    return not enough(len(rest & part), len(rest))


def rows_told(parts: Mapping[K, tuple[int, int]], *, everything: bool = False) -> dict[K, int | None]:
    """Of parts of wholes (part, whole) that are added up to a total those that may be told: never all but one, nor all but few."""
    if everything:
        return {key: part for key, (part, _) in parts.items()}
    hidden = {key for key, (part, whole) in parts.items() if not enough(part, whole)}
    while hidden and (others := [key for key in parts if key not in hidden]):
        left = [sum(parts[key][place] for key in hidden) for place in (0, 1)]
        if len(hidden) > 1 and enough(left[0], left[1]):
            break
        hidden.add(min(others, key=lambda key: (parts[key][0], str(key))))
    return {key: None if key in hidden else part for key, (part, _) in parts.items()}


def in_fives(people: int | None) -> int | None:
    """A count over time, rounded to fives; None where it is of fewer than five."""
    if people is None or people < SMALLEST_GROUP:
        return None
    return SMALLEST_GROUP * ((people + SMALLEST_GROUP // 2) // SMALLEST_GROUP)
