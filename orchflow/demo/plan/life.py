"""The life of one task from its start to its end, as the people on it record it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchflow.demo.plan.events import Event
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


def live(
    key: str,
    begin: float,
    length: float,
    points: float,
    assignee: str,
    reviewer: str,
    rng: np.random.Generator,
    odds: Odds,
    done_by: float | None = None,
) -> Life:
    """Work of `length` working days from `begin`, with what comes in between. `done_by`: nothing goes wrong until then."""
    events = [Event(begin, assignee, "change", key, {"status": "in_progress"})]
    end = begin + length
    steady = done_by is not None
    if done_by is not None:
        end = max(done_by - 0.1, begin + 0.1)
    if not steady and rng.random() < odds.blocked:
        end = _blocked(events, key, begin + length * rng.uniform(0.2, 0.7), end, assignee, rng)
    worked = _hours(events, key, begin, end, length, assignee)
    if rng.random() < odds.re_estimated and points in SIZES:
        place = SIZES.index(int(points)) + (1 if rng.random() < 0.7 else -1)
        anew = SIZES[min(max(place, 0), len(SIZES) - 1)]
        events.append(Event(begin + length * 0.4, reviewer, "change", key, {"points": anew}))
    if rng.random() < odds.comment:
        said = str(rng.choice(TEXTS["comments"]))
        who = assignee if rng.random() < 0.6 else reviewer
        events.append(
            Event(begin + (end - begin) * rng.uniform(0.3, 0.95), who, "comment", key, {"body": said})
        )
    events.append(
        Event(end, assignee, "change", key, {"status": "in_review", "logged_hours": round(worked * 4) / 4})
    )
    done = end + (0.08 if steady else rng.uniform(0.06, 0.6))
    events.append(Event(done, reviewer, "change", key, {"status": "done"}))
    if not steady and rng.random() < odds.reopened:
        again = done + rng.uniform(0.2, 1.2)
        done = again + rng.uniform(0.3, 0.9)
        events.append(Event(again, reviewer, "change", key, {"status": "in_progress"}))
        worked += (done - again) * HOURS_A_DAY
        values = {"status": "done", "logged_hours": round(worked * 4) / 4}
        events.append(Event(done, assignee, "change", key, values))
    return Life(events, end, done)


def _blocked(
    events: list[Event], key: str, at: float, end: float, assignee: str, rng: np.random.Generator
) -> float:
    freed = at + rng.uniform(0.5, 2.5)
    reason = str(rng.choice(TEXTS["blocked"]))
    events.append(Event(at, assignee, "change", key, {"status": "blocked", "blocked_reason": reason}))
    events.append(Event(freed, assignee, "change", key, {"status": "in_progress", "blocked_reason": None}))
    return end + freed - at


def _hours(events: list[Event], key: str, begin: float, end: float, length: float, assignee: str) -> float:
    """Log the hours of each day in its last minutes; returns those of the whole work."""
    whole = length * HOURS_A_DAY
    share = whole / max(end - begin, 0.01)
    for day in range(int(begin), int(end)):
        evening = day + 0.97
        if begin + 0.3 < evening < end - 0.1:
            hours = round((evening - begin) * share * 4) / 4
            events.append(Event(evening, assignee, "change", key, {"logged_hours": hours}))
    return whole
