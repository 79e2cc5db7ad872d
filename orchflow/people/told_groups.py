"""What is told of groups and of their parts, so that neither a number nor what one leaves of another is of too few people.

It works on who they are, not on how many: groups may have people in common, and what is left of the whole is counted, not
subtracted. Where somebody may see everything nothing is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    groups: Mapping[K, People[P]], parts: Sequence[People[P]], *, everything: bool = False
) -> list[ToldGroup[K]]:
    """The groups, and how many of each are in each of `parts`, which lie within each other, the largest first.

    Groups of fewer than five are told together, with the next larger where they are too few; so are groups of which some leave too
    few of another, or of all people. Of a part, a group is not told where it has fewer than five in it or all but fewer than five;
    and where what all groups leave of it would be so, the smallest group that is told is not told of it either.

    It is safe for one division of people. Who is told two divisions of the same people can set one against the other.
    """
    if everything:
        return [
            ToldGroup(key, len(group), tuple(len(group & part) for part in parts))
            for key, group in groups.items()
        ]
    whole = frozenset[P]().union(*groups.values())
    told = _apart(groups, whole)
    above = {key: len(group) for key, group in told.items()}
    columns: list[dict[K | None, int | None]] = []
    left: dict[frozenset[K | None], int] = {}
    for part in parts:
        inside = {key: len(group & part) for key, group in told.items()}
        hidden = _hidden(told, part, inside, above, whole, left)
        columns.append({key: None if key in hidden else inside[key] for key in told})
        above |= {key: size for key, size in inside.items() if key not in hidden}
    return [
        ToldGroup(key, len(group), tuple(column[key] for column in columns)) for key, group in told.items()
    ]


def _apart(groups: Mapping[K, People[P]], whole: People[P]) -> dict[K | None, People[P]]:
    """The groups that are told apart, and the others together (key None)."""
    together = set(pooled({key: set(group) for key, group in groups.items()}))
    while True:
        told: dict[K | None, People[P]] = {
            key: group for key, group in groups.items() if key not in together and group
        }
        rest = frozenset[P]().union(*(groups[key] for key in together))
        if len(rest) >= SMALLEST_GROUP:
            told[None] = rest
        close = _too_close(told, whole)
        if not close:
            return told
        together |= {key for key in close if key is not None}


def _too_close(told: Mapping[K | None, People[P]], whole: People[P]) -> set[K | None]:
    """Groups that must not be told beside each other, for some leave too few of one, of two or of all; nothing where all may be."""
    for key, group in told.items():
        others = {other: members for other, members in told.items() if other != key}
        within = {other for other, members in others.items() if members < group}
        if _leaves_few(group, [others[other] for other in within]):
            return {key, *within}
        around = {other for other, members in others.items() if 0 < len(members - group) < SMALLEST_GROUP}
        if around and group <= frozenset[P]().union(*(others[other] for other in around)):
            return {key, *around}
    if len(told) > 1 and _leaves_few(whole, list(told.values())):
        by_size = sorted(told, key=lambda key: (len(told[key]), str(key)))
        return {key for key in by_size[:2] if key is not None} or set(told)
    return set()


def _leaves_few(whole: People[P], within: Sequence[People[P]]) -> bool:
    """Whether some of the groups that lie within a whole leave one to four of its people together."""
    memberships: dict[P, set[int]] = {person: set() for person in whole}
    for place, group in enumerate(within):
        for person in group:
            memberships[person].add(place)
    alike = Counter(frozenset(places) for places in memberships.values())
    # who is in no group but those that somebody is in is left with them by all the other groups
    return any(
        sum(people for other, people in alike.items() if other <= places) < SMALLEST_GROUP for places in alike
    )


def _hidden(
    told: Mapping[K | None, People[P]], part: People[P], inside: Mapping[K | None, int],
    above: Mapping[K | None, int], whole: People[P], left: dict[frozenset[K | None], int],
) -> set[K | None]:  # fmt: skip
    """The groups that are not told of a part; `left` is how many of the part before those that were not told had, by which these were."""
    hidden = {key for key in told if not enough(inside[key], above[key])}
    while len(hidden) < len(told):
        shown = [key for key in told if key not in hidden]
        rest = whole - frozenset[P]().union(*(told[key] for key in shown))
        size = len(rest & part)
        whole_told = not rest or (len(hidden) != 1 and enough(size, left.get(frozenset(hidden), len(rest))))
        if whole_told and not _parts_too_close({key: told[key] for key in shown}, part, whole):
            left[frozenset(hidden)] = size
            break
        hidden.add(min(shown, key=lambda key: (inside[key], str(key))))
    return hidden


def _parts_too_close(told: Mapping[K | None, People[P]], part: People[P], whole: People[P]) -> bool:
    """Whether of groups that have people in common what they have of a part, or do not have of it, leaves too few."""
    return any(
        bool(_too_close({key: group & side for key, group in told.items()}, whole & side))
        for side in (part, whole - part)
    )


def rows_told(
    parts: Mapping[K, tuple[People[P], People[P]]], *, everything: bool = False
) -> dict[K, int | None]:
    """Of parts of wholes (part, whole) that are added up to a total those that may be told: never all but one, nor all but few.

    It is people that are counted, however many parts they are in.
    """
    if everything:
        return {key: len(part) for key, (part, _) in parts.items()}
    hidden = {key for key, (part, whole) in parts.items() if whole and not _both_enough([(part, whole)])}
    while hidden and (others := [key for key, (_, whole) in parts.items() if key not in hidden and whole]):
        if len(hidden) > 1 and _both_enough(parts[key] for key in hidden):
            break
        hidden.add(min(others, key=lambda key: (len(parts[key][0]), str(key))))
    return {key: None if key in hidden or not whole else len(part) for key, (part, whole) in parts.items()}


def total_told(parts: Iterable[tuple[People[P], People[P]]], *, everything: bool = False) -> bool:
    """Whether the total of parts of wholes may be told: enough people are in a part, and enough in a whole without being in its part."""
    return everything or _both_enough(parts)


def _both_enough(parts: Iterable[tuple[People[P], People[P]]]) -> bool:
    has, lacks = set[P](), set[P]()
    for part, whole in parts:
        has |= part
        lacks |= whole - part
    return min(len(has), len(lacks)) >= SMALLEST_GROUP


def in_fives(people: int | None) -> int | None:
    """A count over time, rounded to fives; None where it is of fewer than five."""
    if people is None or people < SMALLEST_GROUP:
        return None
    return SMALLEST_GROUP * ((people + SMALLEST_GROUP // 2) // SMALLEST_GROUP)
