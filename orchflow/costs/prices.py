"""The workspace's own prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.price_kinds import PriceKind, usual_unit
from orchflow.costs.tables import Price
from orchflow.errors import Problem
from orchflow.inputs.stretches import Stretch, StretchRules, Subject
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    PriceRow: TypeAlias = Price
else:
    PriceRow = row_type("PriceRow", Price, __name__)


class _PriceRules(StretchRules):
    """Of the same kind of use of the same calls there is one price at a time."""

    subject = ("provider", "model", "kind", "service_tier", "over_tokens", "time_from", "time_to")
    together = 5
    whose = "kind of use of the model"
    any_case = frozenset({"provider", "model", "service_tier"})

    def complete(self, values: dict[str, Any]) -> None:
        if values.get("per") is None:
            values["per"] = usual_unit(PriceKind(values["kind"]))

    def told_wrong(self, value: Callable[[str], Any]) -> list[Problem]:
        first, last = value("time_from"), value("time_to")
        if (first is None) != (last is None):
            missing = "time_to" if last is None else "time_from"
            return [
                Problem(None, missing, "must not be empty: a price of some time of the day has both ends")
            ]
        if first is not None and first == last:
            return [
                Problem(None, "time_to", "is the time at which it begins; leave both empty for the whole day")
            ]
        if (first, last) in (("00:00", "24:00"), ("24:00", "00:00")):
            return [Problem(None, "time_to", "is the whole day: leave both times empty")]
        return []

    def excludes(self, other: Stretch, wanted: Stretch) -> bool:
        """Prices of other times of the day do where the times meet; one of the whole day holds beside them."""
        return _same_minutes(other.subject[-2:], wanted.subject[-2:])


def _same_minutes(one: Subject, other: Subject) -> bool:
    """Whether two windows have a minute in common; the whole day is a window of its own."""
    if one[0] is None or other[0] is None:
        return one[0] is other[0]
    return bool(_minutes(*one) & _minutes(*other))


def _minutes(first: str | None, last: str | None) -> set[int]:
    begins, ends = (int(str(clock)[:2]) * 60 + int(str(clock)[3:]) for clock in (first, last))
    begins %= 1440
    return set(range(begins, ends)) if begins < ends else {*range(begins, 1440), *range(ends)}


PRICES = Entity(
    Price,
    PriceRow,
    "What a kind of use of a model costs, from a day on. Own prices beat those that come with the product.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(
        Price.provider, Price.model, Price.kind, Price.service_tier, Price.over_tokens, Price.time_from,
        Price.valid_from.desc(), Price.id,
    ),
    span=("valid_from", "valid_to"),
    lock="prices",
    locked=frozenset({*_PriceRules.subject, "valid_from", "valid_to"}),
    filters={
        "provider": Filter(str, lambda name: Price.provider == name, "Of this provider."),
        "model": Filter(str, lambda name: Price.model == name, "Of this model."),
    },
    rules=_PriceRules,
    known_by=(*_PriceRules.subject, "valid_from"),
)  # fmt: skip
