"""One thing to do next: what, why, by whom, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Urgency = Literal["broken", "attention", "todo"]
URGENCIES: tuple[Urgency, ...] = ("broken", "attention", "todo")
"""In the order in which they want attention."""
Screen = Literal[
    "cost", "agents", "sources", "people", "exchange_rates", "plan", "board", "sprints", "timeline", "flow_metrics",
    "my_checklist", "flow", "flows", "checks", "alerts", "risk", "survey",
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing to do. `screen` and its `query`, as the screen's address has it, are where; the reader may open it.

    `owner` is who does it: a person, a team, "you"; "" where nobody is known. `mine` says that it is the reader's own task.
    """

    key: str
    urgency: Urgency
    title: str
    detail: str
    screen: Screen
    query: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    mine: bool = False
