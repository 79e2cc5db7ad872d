"""What a figure is, as it is declared; and what it says, as it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from orchflow.config.settings import Targets
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

Unit = Literal["money", "percent", "count", "ratio", "days", "ms"]
Direction = Literal["up", "down", "none"]
Number = Decimal | float | int
Window = Literal["28 days", "month", "now"]
Base = Literal["usage_lines", "expense_lines", "run_lines", "run_records", "agent_costs", "benefit_lines"]
Dimension = Literal[
    "part", "provider", "service", "model", "agent", "organization", "user", "team", "project", "source", "status",
    "provenance", "currency",
]  # fmt: skip
PlanDimension = Literal["effort", "project", "sprint", "team", "flow"]
PLAN_DIMENSIONS: tuple[PlanDimension, ...] = ("effort", "project", "sprint", "team", "flow")
"""The parts of the plan: a figure of it is narrowed to one, or taken apart by all of a kind."""
Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month")

RUN_DIMENSIONS: tuple[Dimension, ...] = ("agent", "organization", "user", "source")
DIMENSIONS: dict[Base, tuple[Dimension, ...]] = {
    "usage_lines": ("provider", "model", *RUN_DIMENSIONS, "status", "provenance", "currency"),
    "expense_lines": ("part", "provider", "service", "agent", "team", "project", "source", "currency"),
    "run_lines": RUN_DIMENSIONS,
    "run_records": RUN_DIMENSIONS,
    "agent_costs": ("agent",),
    "benefit_lines": ("agent",),
}
"""What the rows of each base can be told apart by."""
PARTS = {
    "llm": "Models",
    "infrastructure": "Infrastructure",
    "development": "Development time",
    "operations": "Operations",
}
"""What the four parts of cost are called."""
UNATTRIBUTED = "UNATTRIBUTED"
"""Stands for a missing value (no agent, no provider, …) wherever values are chosen, grouped or shown."""
FIXED: dict[Base, dict[Dimension, str]] = {
    "usage_lines": {
        "part": "llm", "service": UNATTRIBUTED, "team": UNATTRIBUTED, "project": UNATTRIBUTED,
    },
    "expense_lines": dict.fromkeys(("model", "organization", "user"), UNATTRIBUTED),
}  # fmt: skip
"""The one value that all rows of a base have of a dimension which others know: a sum over several bases is whole by each."""
MADE_OF: dict[Base, tuple[Base, ...]] = {
    "agent_costs": ("usage_lines", "expense_lines", "run_lines"), "benefit_lines": ("run_lines",),
}  # fmt: skip
"""The bases of whose rows those of another are made."""


@dataclass(frozen=True)
class Reading:
    """What a figure that is a function says: its value, or why there is none, and a word beside it.

    `of` is put behind the label: the unit that was counted, the days that were meant.
    """

    value: Number | None
    note: str = ""
    missing: str | None = None
    previous: Number | None = None
    spark: tuple[float, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class RowsBehind:
    """Rows that a figure is counted from: those of `dataset` that have, in each column of `where`, one of its values.

    `start` and `end` are the first and the last day of which they are; None for all. `of` are the figures whose rows they
    are, by their keys, where a figure is composed of several.
    """

    dataset: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure, declared.

    It has one of three forms: `formula` is an aggregate in SQL over the rows of `base`; or, with `base` None, made of
    other figures (`{cost} / nullif({runs}, 0)`) after they are aggregated; or `read` computes it from the facts.

    - `direction` is the way in which it gets better, `owner` who answers for the definition.
    - `window` is the period it is taken over when nobody names one.
    - `missing` says why it has no value where the facts do not say so themselves.
    - `target` is the setting that holds its target until the workspace keeps another one (`metrics.targets`).
    - `budgeted`: its target is the budget of the month, until the workspace keeps another one for it.
    - `moved_by` is a ratio's numerator, whose parts tell what moved it.
    - `only` narrows a `formula` to the rows of which a condition holds, and names the dimension by whose values they are
      told: such a figure is told of small groups no more than these values are, as far as the rows are `of_people`. Where there are no such rows it is 0, or
      has no value where these have to be `recorded` by somebody.
    - `divisible`: it is a count of what there are parts of, as hours.
    - `summed`: it is the sum of those of the figures it is made of that have a value.
    - `besides` says what is known to be in it, or not to be, for want of facts, `without_value` why it has no value where `missing` may
      not be the reason.

    What a figure with `base` is filtered and told apart by follows from its bases. For one with `read`:

    - `filtered_by` are the dimensions of the warehouse that it can be narrowed to, `covers` the bases whose sources it covers.
    - `parts` are those of the plan that it can be narrowed to and told apart by, `grains` the stretches of time.
    - `of_checklists`: its history is that of checklists, which may begin on another day than that of tasks.
    - `written`: it is counted from what people write down, which no source delivers.
    - `compared`: whether it is set against the period before, as the plan's history stood then.
    - `undivided` says of a dimension, or of "grain", why there are no such parts; a refusal gives it as the reason.
    - `rows` tells from which rows it is counted, `no_rows` why there are none to show.

    The rows of one with `base` are those of the base, or of the dataset `rows_in`; `rows_where` narrows them to what the formula
    counts.
    """

    key: str
    label: str
    question: str
    definition: str
    unit: Unit
    direction: Direction
    owner: str
    base: Base | None = None
    formula: str = ""
    read: Callable[[Facts], Reading] | None = None
    target: str = ""
    budgeted: bool = False
    window: Window = "28 days"
    missing: str = "Nothing to count in this period"
    moved_by: str = ""
    only: tuple[Dimension, str] | None = None
    of_people: str = "true"
    recorded: bool = False
    divisible: bool = False
    summed: tuple[str, ...] = ()
    besides: Callable[[Facts], str] | None = None
    without_value: Callable[[Facts], str] | None = None
    filtered_by: tuple[Dimension, ...] = ()
    covers: tuple[Base, ...] = ()
    parts: tuple[PlanDimension, ...] = ()
    grains: tuple[Grain, ...] = ()
    of_checklists: bool = False
    written: bool = False
    compared: bool = False
    undivided: Mapping[str, str] = field(default_factory=dict)
    rows: Callable[[Facts], Sequence[RowsBehind]] | None = None
    no_rows: str = ""
    rows_where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows_in: str = ""
    permission: Permission = Permission.INSIGHTS_VIEW

    @property
    def made_of(self) -> str:
        """The formula; of a sum one that is null only where all of it is."""
        if not self.summed:
            return self.formula
        parts = [f"{{{key}}}" for key in self.summed]
        whole = " + ".join(f"coalesce({part}, 0)" for part in parts)
        return f"case when coalesce({', '.join(parts)}) is not null then {whole} end"

    def meaning(self, targets: Targets) -> str:
        """The definition, with the settings it speaks of."""
        values = targets.model_dump() | {"error_rate": f"{targets.error_rate * 100:g} %"}
        return self.definition.format(**values)


@dataclass(frozen=True)
class Figure:
    """One figure as a screen shows it.

    `value` is None when it cannot be said; `missing` then says why. `percent` is a share from 0 to 1. `compared` and
    `previous` are the two sides of the like-for-like comparison, which `note` puts into words: `compared` is None where
    it is `value` itself, `previous` where there is nothing to compare with. `left_out` says which amounts are in no sum,
    `besides` what else is not known of it.
    `aimed_at` is what the target is called. `opens` is the address that shows what is behind it.
    """

    key: str
    label: str
    value: Number | None
    unit: Unit
    previous: Number | None = None
    compared: Number | None = None
    target: Number | None = None
    direction: Direction = "none"
    spark: tuple[float, ...] = ()
    as_of: datetime | None = None
    computed_at: datetime | None = None
    definition: str = ""
    sql: str = ""
    missing: str | None = None
    note: str = ""
    left_out: str = ""
    aimed_at: str = "target"
    opens: str = ""
    besides: str = ""

    @property
    def now(self) -> Number | None:
        """What is set against `previous`."""
        return self.value if self.compared is None else self.compared


def share(part: Decimal | int, whole: Decimal | int) -> float | None:
    """`part` of `whole` from 0 to 1, or None when there is no whole."""
    return float(part / whole) if whole else None
