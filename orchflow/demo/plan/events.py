"""What happens to the plan: events that the replay writes into the store one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal["change", "add", "comment", "plan", "start", "close", "effort", "project", "goal", "depend"]


@dataclass(frozen=True)
class Event:
    """At the working time `when` the person `by` does `what` to the row named `key`, giving it `values`."""

    when: float
    by: str
    what: What
    key: str
    values: dict[str, Any] = field(default_factory=dict)
