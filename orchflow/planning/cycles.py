"""Whether an arrow more would lead round in a circle, and which way: of tasks that wait, and of tasks under tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter


def cycle(arrows: Mapping[int, Collection[int]], start: int, end: int) -> list[int] | None:
    """The way round that an arrow from `start` to `end` would close, `start` first; None when it closes none.

    `arrows` (node → where its arrows lead) have no way round yet.
    """
    reached: dict[int, Collection[int]] = {}
    ahead = [end]
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached[node] = arrows.get(node, ())
            ahead += reached[node]
    if start not in reached:
        return None
    try:
        TopologicalSorter({**reached, start: [*reached[start], end]}).prepare()
    except CycleError as error:
        ring: list[int] = error.args[1][:0:-1]
        place = ring.index(start)
        return ring[place:] + ring[:place]
    return None


def acyclic(arrows: Iterable[tuple[int, int]]) -> bool:
    """Whether no way leads round."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for start, end in arrows:
        sorter.add(start, end)
    try:
        sorter.prepare()
    except CycleError:
        return False
    return True
