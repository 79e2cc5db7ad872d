"""What a row of a base is told beside its own columns: gone for only where a figure or a dimension speaks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchflow.metrics.metric import Base
from orchflow.metrics.queries import query


@dataclass(frozen=True)
class Beside:
    """Columns that are joined to the rows of a base: those of a query, or of a table."""

    columns: tuple[str, ...]
    join: str
    of: str = ""

    def asked_in(self, text: str) -> bool:
        """Whether `text` speaks of one of the columns."""
        return re.search(rf"\b({'|'.join(self.columns)})\b", text) is not None

    @property
    def text(self) -> str:
        """The join as SQL."""
        return f"\n{self.join.replace('{rows}', f'({query(self.of).text})' if self.of else '')}"


BESIDE: dict[Base, tuple[Beside, ...]] = {
    "usage_lines": (
        Beside(("agent",), "left join callers using (source, caller)"),
        Beside(
            ("saved_a_token", "more_a_token"),
            "left join {rows} cache_prices on priced_on = usage_lines.day and priced_provider is not distinct from "
            "usage_lines.provider and priced_model = usage_lines.model",
            "cache_prices",
        ),
    ),
    "expense_lines": (
        Beside(
            ("ran_on",),
            "asof left join {rows} ran on ran.ran_agent = expense_lines.agent and ran.ran_on <= expense_lines.day",
            "days_of_runs",
        ),
        Beside(("runs_since", "runs_until"), "cross join {rows} since", "runs_since"),
    ),
}


def beside(base: Base, text: str) -> tuple[Beside, ...]:
    """What `text`, in which rows of `base` are counted, speaks of beside their own columns."""
    return tuple(each for each in BESIDE.get(base, ()) if each.asked_in(text))
