"""Assumptions, and what must hold of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from orchflow.errors import Problem
from orchflow.inputs.stretches import StretchRules
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.value.ranges import out_of_range
from orchflow.value.tables import Assumption, AssumptionKind

if TYPE_CHECKING:
    AssumptionRow: TypeAlias = Assumption
else:
    AssumptionRow = row_type("AssumptionRow", Assumption, __name__)

VALUES = ("low", "likely", "high")
MOST_YEARS: Final = 30


class Known(NamedTuple):
    """What is known of an assumption that has a name: its unit, between what it lies, and why."""

    unit: str
    least: Decimal
    most: Decimal
    why: str
    of_agents: bool = True


KNOWN: Final = {
    AssumptionKind.RECAPTURE: Known("%", Decimal(0), Decimal(100), "no more time can be used than was saved"),
    AssumptionKind.LOADED_RATE: Known("an hour", Decimal(0), Decimal(100_000), "it is what one hour costs"),
    AssumptionKind.CHECKING_MINUTES: Known(
        "minutes a run", Decimal(0), Decimal(10_000), "it is of one completed run"
    ),
    AssumptionKind.DISCOUNT_RATE: Known(
        "% a year", Decimal("-99.99"), Decimal(1000),
        "at -100 % every later year would be divided by nothing", of_agents=False,
    ),
    AssumptionKind.HORIZON: Known(
        "years", Decimal(1), Decimal(MOST_YEARS),
        "a horizon of no year has no return", of_agents=False,
    ),
}  # fmt: skip


class _AssumptionRules(StretchRules):
    """Of each assumption and agent one holds on a day, within what it can be."""

    subject = ("kind", "name", "agent")
    whose = "assumption and agent"

    @classmethod
    def given_to(cls, values: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
        money = values.get("kind") in (AssumptionKind.LOADED_RATE, AssumptionKind.OTHER)
        return given if money else {name: value for name, value in given.items() if name != "currency"}

    def complete(self, values: dict[str, Any]) -> None:
        known = KNOWN.get(values.get("kind"))  # type: ignore[arg-type]
        if known is not None and not values.get("unit"):
            values["unit"] = known.unit

    def told_wrong(self, value: Callable[[str], Any]) -> list[Problem]:
        problems = out_of_range(self.entity, value, VALUES)
        kind = value("kind")
        known = KNOWN.get(kind)
        if known is None:
            for name in ("name", "unit"):
                if not value(name):
                    label = self.entity.fields[name].label.lower()
                    said = f"must not be empty for an assumption of another kind: say its {label}"
                    problems.append(Problem(None, name, said))
            return problems
        problems += [
            Problem(None, name, f"must be from {known.least:f} to {known.most:f} {known.unit}: {known.why}")
            for name in VALUES
            if value(name) is not None and not known.least <= value(name) <= known.most
        ]
        if value("unit") != known.unit:
            problems.append(Problem(None, "unit", f"must be “{known.unit}”, or empty"))
        if value("name"):
            problems.append(Problem(None, "name", "must be empty: the assumption has its name already"))
        if value("agent") and not known.of_agents:
            problems.append(Problem(None, "agent", "must be empty: it holds for everything"))
        of_money = kind is AssumptionKind.LOADED_RATE
        if of_money and value("currency") is None:
            problems.append(Problem(None, "currency", "must not be empty: say the currency it is in"))
        if not of_money and value("currency") is not None:
            problems.append(Problem(None, "currency", f"must be empty: it is in {known.unit}, and no money"))
        if kind is AssumptionKind.HORIZON:
            problems += [
                Problem(None, name, "must be a whole number of years")
                for name in VALUES
                if value(name) is not None and value(name) != value(name).to_integral_value()
            ]
        return problems


ASSUMPTIONS = Entity(
    Assumption,
    AssumptionRow,
    "The numbers that nobody measured and from which value is computed, from a day on, with where they are from.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    order=(Assumption.kind, Assumption.name, Assumption.agent, Assumption.valid_from, Assumption.id),
    span=("valid_from", "valid_to"),
    lock="assumptions",
    locked=frozenset({"kind", "name", "agent", "valid_from", "valid_to"}),
    known_by=("kind", "name", "agent", "valid_from"),
    called_by="kind",
    rules=_AssumptionRules,
)
