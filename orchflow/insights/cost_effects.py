"""Why cost moved against the period before: the causes of what models cost, by any dimension, beside what other costs did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchflow.insights.cents import NOTHING, shared_out, smallest_coin
from orchflow.insights.effects import Explained, Pair, Use, explain
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import PARTS, Dimension
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.read import lines
from orchflow.people.small_groups import WITHHELD

BY: tuple[Dimension, ...] = ("model", "provider", "agent", "organization", "user")
"""What calls, tokens and their cost are known by."""
COLUMNS = ("cost", "calls", "tokens", "unpriced_calls")
OTHERS = {
    "infrastructure": "infrastructure_cost", "development": "development_cost", "operations": "operations_cost",
}  # fmt: skip
"""The parts that are no use of models, with their figures."""


@dataclass(frozen=True)
class OtherPart:
    """A part of cost beside models on both sides, in coins."""

    part: str
    before: Decimal
    now: Decimal

    @property
    def delta(self) -> Decimal:
        """By how much it moved."""
        return self.now - self.before

    @property
    def label(self) -> str:
        """What it is called."""
        return PARTS[self.part]


@dataclass(frozen=True)
class CostEffects:
    """A difference explained, or why nothing is compared (`missing`).

    Volume is counted in `unit` (`run` where runs are known for what the filters choose, else `call`), of which there were
    `count_before` and `count`. Where the periods are of unequal length (`per_day`) all amounts are a day. `unpriced` calls of
    either period are in volume and cost nothing. `names` are what the keys are called. `explained` is of models; with the `others` it
    adds up to the difference of all cost, to the coin. `besides` says what is in neither.
    """

    explained: Explained | None
    missing: str
    dimension: Dimension
    unit: str
    count_before: Decimal
    count: Decimal
    per_day: bool
    compared_with: str
    unpriced: int
    names: dict[str, str]
    period: Filters
    withheld: str
    others: tuple[OtherPart, ...] = ()
    besides: str = ""

    @property
    def before(self) -> Decimal:
        """What all cost in the period before."""
        return (self.explained.before if self.explained else NOTHING) + sum(
            (each.before for each in self.others), NOTHING
        )

    @property
    def now(self) -> Decimal:
        """What all costs in the period."""
        return (self.explained.now if self.explained else NOTHING) + sum(
            (each.now for each in self.others), NOTHING
        )

    @property
    def delta(self) -> Decimal:
        """By how much all moved."""
        return self.now - self.before


def cost_effects(facts: Facts, dimension: Dimension = "model") -> CostEffects:
    """Why the cost of the period differs from the one before, told apart by `dimension`.

    Forbidden for single people without the permission.
    """
    facts.privacy.check(facts.filters, dimension)
    comparison = facts.comparison
    if not comparison.possible("usage_lines"):
        return _nothing(facts, dimension, comparison.in_words("usage_lines"))
    rows = lines(facts, COLUMNS, by=dimension, compared=True)
    if not facts.privacy.people:
        rows = _with_both_sides(rows)
    days = (comparison.previous_days, comparison.days) if comparison.per_day else (1, 1)
    others, besides = _others(facts, days)
    if not rows and not others:
        return _nothing(facts, dimension, (facts.withheld and WITHHELD) or "No calls in either period")
    runs = _runs(facts)
    calls = tuple(sum((_number(row, f"{side}calls") for row in rows), NOTHING) for side in ("previous_", ""))
    scales = tuple(
        run / call if runs and call else Decimal(1) for run, call in zip(runs or calls, calls, strict=True)
    )
    pairs = [
        Pair(row["value"], _use(row, "previous_", scales[0], days[0]), _use(row, "", scales[1], days[1]))
        for row in rows
    ]
    counts, coin = runs or calls, smallest_coin(facts.ws.currency)
    before = shared_out(
        [sum((pair.before.cost for pair in pairs), NOTHING), *(side for side, _ in others.values())], coin
    )
    now = shared_out(
        [sum((pair.now.cost for pair in pairs), NOTHING), *(side for _, side in others.values())], coin
    )
    return CostEffects(
        explain(pairs, coin, (before[0], now[0])), "", dimension, "run" if runs else "call",
        counts[0] / days[0], counts[1] / days[1], comparison.per_day, comparison.in_words("usage_lines"),
        int(sum(_number(row, f"{side}unpriced_calls") for row in rows for side in ("", "previous_"))),
        facts.names.distinct(dimension, [row["value"] for row in rows]), facts.period, facts.withheld,
        tuple(map(OtherPart, others, before[1:], now[1:])), besides,
    )  # fmt: skip


def _others(facts: Facts, days: tuple[int, int]) -> tuple[dict[str, tuple[Decimal, Decimal]], str]:
    """What each part beside models cost before and now; and, in words, what is in neither: parts that are not known of both
    periods, or not told."""
    if facts.reach.expenses_from is None:
        return {}, ""
    if not facts.comparison.possible("expense_lines"):
        return {}, "Of models alone: bills are not known for all days of the period before"
    told = lines(facts, tuple(OTHERS.values()), compared=True)
    if not told:
        return {}, ""
    [row] = told
    found: dict[str, tuple[Decimal, Decimal]] = {}
    withheld: list[str] = []
    for part, key in OTHERS.items():
        before, now = row[f"previous_{key}"], row[key]
        if facts.privacy.people and (before, now) == (None, None):
            continue
        if not facts.privacy.people and None in (before, now):
            withheld += [PARTS[part]] if part in facts.reach.expense_parts else []
        else:
            found[part] = (Decimal(before or 0) / days[0], Decimal(now or 0) / days[1])
    left_out = f"{' and '.join(withheld)} not told" if withheld else ""
    return found, ". ".join(filter(None, (left_out, facts.unpriced)))


def causes_of(effects: CostEffects) -> dict[str, str]:
    """What each effect is called, in the order in which they are told."""
    tokens = f"Tokens a {effects.unit}"
    return {"volume": "Volume", "mix": "Mix", "tokens": tokens, "rate": "Rate", "apart": "Without calls"}


def _nothing(facts: Facts, dimension: Dimension, why: str) -> CostEffects:
    return CostEffects(
        None, why, dimension, "call", NOTHING, NOTHING, False, facts.comparison.in_words("usage_lines"), 0, {}, facts.period,
        facts.withheld,
    )  # fmt: skip


def _runs(facts: Facts) -> tuple[Decimal, ...] | None:
    """How many runs there were before and now; None where they are not known for the part that the filters choose."""
    if facts.filters.narrowed & {"provider", "model"} or not facts.comparison.possible(
        "run_lines", "usage_lines"
    ):
        return None
    rows = lines(facts, ("runs",), compared=True)
    counts = tuple(_number(row, f"{side}runs") for row in rows[:1] for side in ("previous_", ""))
    return counts if counts and all(counts) else None


def _use(row: dict[str, Any], side: str, scale: Decimal, days: int) -> Use:
    return Use(
        _number(row, f"{side}calls") * scale / days, _number(row, f"{side}tokens") / days, _number(row, f"{side}cost") / days
    )  # fmt: skip


def _number(row: dict[str, Any], name: str) -> Decimal:
    return Decimal(row[name] or 0)


def _with_both_sides(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Values of which one side is not told are with the small groups on both."""
    told = [
        row
        for row in rows
        if row["value"] != SMALL_GROUPS and None not in (row["calls"], row["previous_calls"])
    ]
    rest = [row for row in rows if row not in told]
    if not rest:
        return told
    sides = [f"{side}{name}" for side in ("", "previous_") for name in COLUMNS]
    together = {name: sum((_number(row, name) for row in rest), NOTHING) for name in sides}
    return [*told, {"value": SMALL_GROUPS, **together}]
