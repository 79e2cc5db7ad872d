"""The life of one task from its start to its end, as the people on it record it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from orchflow.demo.plan.events import Event, task
from orchflow.demo.plan.work import TEXTS

HOURS_A_DAY = 6.5
SIZES = (1, 2, 3, 5, 8)


@dataclass(frozen=True)
class Odds:
    """How likely it is that a task is blocked, estimated anew, reopened or talked about."""

    blocked: float = 0.13
    re_estimated: float = 0.12
    reopened: float = 0.07
    comment: float = 0.45


@dataclass(frozen=True)
class Life:
    """What happened to a task; `ready` is when its assignee had done their part, `done` when it was done for good."""

    events: list[Event]
    ready: float
    done: float

    @property
    def begin(self) -> float:
        """When work on it began."""
        return self.events[0].when


def live(
    key: str, begin: float, length: float, points: float, assignee: str, reviewer: str,
    rng: np.random.Generator, odds: Odds, done_by: float | None = None,
) -> Life:  # fmt: skip
    """Work of `length` working days from `begin`, with what comes in between. `done_by`: nothing goes wrong until then."""
    events = [task(begin, assignee, key, status="in_progress")]
    steady = done_by is not None
    end = begin + length if done_by is None else max(done_by - 0.1, begin + 0.1)
    if not steady and rng.random() < odds.blocked:
        at, freed_after = begin + length * rng.uniform(0.2, 0.7), rng.uniform(0.5, 2.5)
        events.append(
            task(at, assignee, key, status="blocked", blocked_reason=str(rng.choice(TEXTS["blocked"])))
        )
        events.append(task(at + freed_after, assignee, key, status="in_progress"))
        end += freed_after
    hours = length * HOURS_A_DAY
    events += _logged(key, begin, end, hours, assignee)
    if rng.random() < odds.re_estimated and points in SIZES:
        place = SIZES.index(int(points)) + (1 if rng.random() < 0.7 else -1)
        anew = SIZES[min(max(place, 0), len(SIZES) - 1)]
        events.append(task(begin + length * 0.4, reviewer, key, points=anew))
    if rng.random() < odds.comment:
        said = {"entity_id": key, "body": str(rng.choice(TEXTS["comments"]))}
        who = assignee if rng.random() < 0.6 else reviewer
        events.append(Event(begin + (end - begin) * rng.uniform(0.3, 0.95), who, "comment", "", said))
    events.append(task(end, assignee, key, status="in_review", logged_hours=_quarters(hours)))
    finished = end + (0.08 if steady else rng.uniform(0.06, 0.6))
    events.append(task(finished, reviewer, key, status="done"))
    if not steady and rng.random() < odds.reopened:
        again = finished + rng.uniform(0.2, 1.2)
        finished = again + rng.uniform(0.3, 0.9)
        events.append(task(again, reviewer, key, status="in_progress"))
        hours += (finished - again) * HOURS_A_DAY
        events.append(task(finished, assignee, key, status="done", logged_hours=_quarters(hours)))
    return Life(events, end, finished)


def _logged(key: str, begin: float, end: float, hours: float, assignee: str) -> Iterator[Event]:
    """The hours of the work, logged in the last minutes of each day."""
    a_day = hours / max(end - begin, 0.01)
    for day in range(int(begin), int(end)):
        evening = day + 0.97
        if begin + 0.3 < evening < end - 0.1:
            yield task(evening, assignee, key, logged_hours=_quarters((evening - begin) * a_day))


def _quarters(hours: float) -> float:
    return round(hours * 4) / 4
