"""Critical path and slack of a network of tasks, with all four kinds of dependency and lag."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchflow.planning.tables import DependencyKind


@dataclass(frozen=True)
class Work:
    """A task as the network sees it, in working days: how long it takes, and before which day it does not begin."""

    duration: int
    not_before: int = 0


@dataclass(frozen=True)
class Dependence:
    """`successor` waits for `predecessor`, `lag` working days longer (less, where it is negative)."""

    predecessor: int
    successor: int
    kind: DependencyKind = DependencyKind.FINISH_TO_START
    lag: int = 0


@dataclass(frozen=True)
class Slot:
    """When a task can and must take place: its earliest and latest start and finish, in working days from the first.

    A finish is the day after the last one of work. `slack` is by how much it can slip without moving the end of all;
    a task without any is critical.
    """

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int

    @property
    def slack(self) -> int:
        return self.latest_start - self.earliest_start

    @property
    def critical(self) -> bool:
        return self.slack == 0


def schedule(works: Mapping[int, Work], dependences: Sequence[Dependence]) -> dict[int, Slot]:
    """The slot of each task, by its id. Dependences on tasks that are not given do not count.

    The end of all is the latest earliest finish. ValueError where the dependences run in a circle.
    """
    known = [link for link in dependences if link.predecessor in works and link.successor in works]
    after: dict[int, list[Dependence]] = {task: [] for task in works}
    waiting = dict.fromkeys(works, 0)
    for link in known:
        after[link.predecessor].append(link)
        waiting[link.successor] += 1
    start = {task: work.not_before for task, work in works.items()}
    ready = deque(task for task, count in waiting.items() if not count)
    order: list[int] = []
    while ready:
        task = ready.popleft()
        order.append(task)
        for link in after[task]:
            follower = link.successor
            start[follower] = max(start[follower], _earliest(link, start[task], works))
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(order) < len(works):
        raise ValueError("the dependences run in a circle")
    end = max((start[task] + works[task].duration for task in works), default=0)
    latest: dict[int, int] = {}
    for task in reversed(order):
        own = works[task].duration
        latest[task] = min(
            [end - own, *(_latest(link, latest[link.successor], works) for link in after[task])]
        )
    return {
        task: Slot(start[task], start[task] + work.duration, latest[task], latest[task] + work.duration)
        for task, work in works.items()
    }


def critical_path(slots: Mapping[int, Slot]) -> list[int]:
    """The critical tasks in the order in which they take place."""
    return sorted(
        (task for task, slot in slots.items() if slot.critical),
        key=lambda task: (slots[task].earliest_start, slots[task].earliest_finish, task),
    )


def _earliest(link: Dependence, start: int, works: Mapping[int, Work]) -> int:
    """The earliest start that a predecessor beginning at `start` allows the successor."""
    before, own = works[link.predecessor].duration, works[link.successor].duration
    match link.kind:
        case DependencyKind.FINISH_TO_START:
            return start + before + link.lag
        case DependencyKind.START_TO_START:
            return start + link.lag
        case DependencyKind.FINISH_TO_FINISH:
            return start + before + link.lag - own
        case DependencyKind.START_TO_FINISH:
            return start + link.lag - own


def _latest(link: Dependence, start: int, works: Mapping[int, Work]) -> int:
    """The latest start of the predecessor that lets the successor begin at `start`."""
    return start - _earliest(link, 0, works)
