"""Three rules to begin with, each with why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchflow.config.settings import Targets


@dataclass(frozen=True)
class Beginning:
    """A rule that is sensible for most: its fields, and why it is."""

    key: str
    why: str
    fields: Mapping[str, Any] = field(default_factory=dict)


def beginnings(targets: Targets) -> tuple[Beginning, ...]:
    """The rules, with the workspace's own targets."""
    return (
        Beginning(
            "cost", "A month that runs away is seen within days, not on the invoice.",
            {
                "name": "Cost this month over the last", "kind": "change", "figure": "cost", "window": "month", "limit": 20,
                "note": "Open Cost: which model or agent moved it? Tell its owner.",
            },
        ),
        Beginning(
            "errors", "An agent that fails for its people is found before they stay away.",
            {
                "name": "Error rate of an agent", "figure": "error_rate", "dimension": "agent", "window": "7_days",
                "limit": round(targets.error_rate * 100, 4), "note": "Group its failed runs by reason, and mend the largest group first.",
            },
        ),
        Beginning(
            "burn", "A sudden outage is told within minutes, a slow one within days.",
            {
                "name": "Failures use up the month's allowance", "kind": "burn_rate", "figure": "error_rate",
                "limit": round(targets.error_rate * 100, 4), "least_volume": 10,
                "note": "Look at Agents: did the platform, a model or one agent break?",
            },
        ),
    )  # fmt: skip
