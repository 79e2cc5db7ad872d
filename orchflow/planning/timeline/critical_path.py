"""Critical path and slack of a network of tasks, with all four kinds of dependency and lag."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchflow.planning.tables import DependencyKind


@dataclass(frozen=True)
class Work:
    """A task as the network sees it, in one unit of working time for all.

    `duration` is the least that it takes, and `not_before` when it begins at the earliest. Where it is planned over more
    time than it takes it ends at `planned_end`, unless it is held up; what waits for it need not wait that long.
    """

    duration: int
    not_before: int = 0
    planned_end: int = 0

    @property
    def length(self) -> int:
        """How long it takes where nothing holds it up."""
        return max(self.duration, self.planned_end - self.not_before)


@dataclass(frozen=True)
class Dependence:
    """`successor` waits for `predecessor`, `lag` longer (less, where it is negative)."""

    predecessor: int
    successor: int
    kind: DependencyKind = DependencyKind.FINISH_TO_START
    lag: int = 0


@dataclass(frozen=True)
class Slot:
    """When a task can and must take place: its earliest and latest start and finish.

    `slack` is by how much it can slip without moving the end of all, or pressing what comes after it.
    """

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int

    @property
    def slack(self) -> int:
        return self.latest_start - self.earliest_start


def schedule(works: Mapping[int, Work], dependences: Sequence[Dependence]) -> dict[int, Slot]:
    """The slot of each task, by its id. Dependences on tasks that are not given do not count.

    The end of all is the latest earliest finish. ValueError where the dependences run in a circle.
    """
    after: dict[int, list[Dependence]] = {task: [] for task in works}
    waiting = dict.fromkeys(works, 0)
    for link in dependences:
        if link.predecessor in works and link.successor in works:
            after[link.predecessor].append(link)
            waiting[link.successor] += 1
    start = {task: work.not_before for task, work in works.items()}
    finish = dict.fromkeys(works, 0)
    ready = deque(task for task, count in waiting.items() if not count)
    order: list[int] = []
    while ready:
        task = ready.popleft()
        order.append(task)
        finish[task] = max(finish[task], start[task] + works[task].duration)
        for link in after[task]:
            follower = link.successor
            _hold_up(link, works[follower].length, start, finish)
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(order) < len(works):
        raise ValueError("the dependences run in a circle")
    finish = {task: max(finish[task], works[task].planned_end) for task in order}
    latest = _latest_starts(order, after, start, finish)
    return {
        task: Slot(start[task], finish[task], latest[task], latest[task] + finish[task] - start[task])
        for task in works
    }


def critical_path(slots: Mapping[int, Slot], spare: int = 0) -> list[int]:
    """The tasks with no more than `spare` slack, in the order in which they take place."""
    return sorted(
        (task for task, slot in slots.items() if slot.slack <= spare),
        key=lambda task: (slots[task].earliest_start, slots[task].earliest_finish, task),
    )


def _hold_up(link: Dependence, length: int, start: dict[int, int], finish: dict[int, int]) -> None:
    """Move the earliest days of a successor of that length to what a predecessor with known days allows."""
    before, follower = link.predecessor, link.successor
    match link.kind:
        case DependencyKind.FINISH_TO_START:
            start[follower] = max(start[follower], finish[before] + link.lag)
        case DependencyKind.START_TO_START:
            start[follower] = max(start[follower], start[before] + link.lag)
        case DependencyKind.FINISH_TO_FINISH | DependencyKind.START_TO_FINISH:
            of = finish if link.kind is DependencyKind.FINISH_TO_FINISH else start
            finish[follower] = max(finish[follower], of[before] + link.lag)
            start[follower] = max(start[follower], of[before] + link.lag - length)


def _latest_starts(
    order: Sequence[int], after: Mapping[int, Sequence[Dependence]], start: Mapping[int, int], finish: Mapping[int, int]
) -> dict[int, int]:  # fmt: skip
    """The latest start of each task that leaves the end of all, and the length of every other one, as it is."""
    end = max(finish.values(), default=0)
    length = {task: finish[task] - start[task] for task in order}
    latest: dict[int, int] = {}
    for task in reversed(order):
        own = length[task]
        bounds = [_latest(link, own, latest[link.successor], length[link.successor]) for link in after[task]]
        latest[task] = max(start[task], min([end - own, *bounds]))
    return latest


def _latest(link: Dependence, own: int, start: int, length: int) -> int:
    """The latest start of a predecessor that takes `own`, where the successor begins at `start` and takes `length`."""
    match link.kind:
        case DependencyKind.FINISH_TO_START:
            return start - link.lag - own
        case DependencyKind.START_TO_START:
            return start - link.lag
        case DependencyKind.FINISH_TO_FINISH:
            return start + length - link.lag - own
        case DependencyKind.START_TO_FINISH:
            return start + length - link.lag
