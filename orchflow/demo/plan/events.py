"""What happens to the plan: acts that people carry out one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal[
    "task",
    "comment",
    "link",
    "dependency",
    "goal",
    "project",
    "effort",
    "sprint",
    "start",
    "close",
    "flow",
    "step",
    "checklist_item",
    "begin",
    "file",
    "make_task",
    "follow",
    "checks",
    "ask",
    "approve",
    "campaign",
    "opinion",
    "leave",
    "hourly_rate",
    "exchange_rate",
    "cost_entry",
    "budget",
    "cost_share",
    "timeline_event",
    "target",
    "business_measure",
    "price",
    "anomaly_opinion",
    "chart_note",
    "training",
    "training_completion",
    "skill_requirement",
    "skill_assessment",
    "seat_purchase",
    "champion",
    "risk",
    "risk_review",
    "incident",
    "use_case",
    "work_baseline",
    "assumption",
    "benefit",
]


@dataclass(frozen=True)
class Event:
    """At the working time `when` the person `by` saves the fields `values` of the row `key` of a kind (`what`).

    A key that is not in the plan makes a new row. `values` name other rows by their keys, people by their usernames.
    "start" and "close" are what becomes of the sprint `key`; what comes after "checklist_item" is done by
    `demo.guidance.acts`. The product itself is "".
    """

    when: float
    by: str
    what: What
    key: str
    values: dict[str, Any] = field(default_factory=dict)


def task(when: float, by: str, key: str, **values: Any) -> Event:
    """A task is written or changed."""
    return Event(when, by, "task", key, values)
