"""Rules of alerts: what may be asked of which figure, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from orchflow.alerts.known_parts import known_parts, meant
from orchflow.alerts.states import at_equal
from orchflow.alerts.tables import AlertKind, AlertRule, AlertWindow, Side
from orchflow.errors import Invalid, Problem
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import bases, dimensions
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import DIMENSIONS
from orchflow.metrics.unpriced import counts_hours
from orchflow.people.permissions import IN_WORDS, Actor, Permission
from orchflow.store.entity import Entity
from orchflow.store.field import read_changes
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules
from orchflow.store.written import Refused

if TYPE_CHECKING:
    AlertRuleRow: TypeAlias = AlertRule
else:
    AlertRuleRow = row_type("AlertRuleRow", AlertRule, __name__)

BURNING: Mapping[str, str] = {"error_rate": "runs", "cost": "calls"}
"""The figures that have a burn rate, and what their volume is counted in."""
NEEDED = {
    AlertKind.THRESHOLD: ("figure", "limit"),
    AlertKind.CHANGE: ("figure", "limit"),
    AlertKind.ANOMALY: ("figure",),
    AlertKind.BUDGET: (),
    AlertKind.BURN_RATE: ("figure", "limit"),
}
OF_PEOPLE = frozenset({AlertKind.BURN_RATE, AlertKind.ANOMALY})
"""Kinds that read what single people did."""
WORDS = frozenset(
    {
        "name", "owner_id", "paused", "note", "margin", "limit", "at_equal", "side", "least_volume", "external_id", "external_source",
    }
)  # fmt: skip
"""Fields that do not say what is read."""


def narrowed_by(key: str) -> tuple[str, ...]:
    """The dimensions that a rule over the figure may be narrowed by."""
    own = METRICS[key]
    return (*(name for name in dimensions(key) if name in FILTERED), *own.filtered_by, *own.parts)


def taken_apart_by(key: str) -> tuple[str, ...]:
    """Those of which every value may be judged by itself; single people are not."""
    own = METRICS[key]
    return (*(name for name in dimensions(key) if name in FILTERED and name != "user"), *own.parts)


def of_plan(key: str, dimension: str | None) -> bool:
    """Whether a dimension of a figure is one of the plan, whose values are numbers of its rows."""
    return dimension in METRICS[key].parts


def of_people(rule: AlertRuleRow) -> bool:
    """Whether what it reads depends on the right to see figures of single people and small groups."""
    figure = METRICS.get(rule.figure or "")
    if figure is None or (figure.permission is Permission.INSIGHTS_VIEW and not figure.written):
        return True
    return rule.dimension in ("team", "sprint")


def of_rates(rule: AlertRuleRow) -> bool:
    """Whether what it reads depends on the right to see hourly rates: the cost of hours may be in it."""
    own = METRICS.get(rule.figure or "")
    if own is None:
        return rule.kind is AlertKind.BUDGET
    if own.written:
        return False
    return counts_hours(own.key) or (own.read is not None and own.permission is Permission.INSIGHTS_VIEW)


class _AlertRules(Rules):
    """A rule asks what its figure can tell, of what is known, and belongs to somebody who may see it."""

    def __init__(self, *asked: Any) -> None:
        super().__init__(*asked)
        self._known: dict[str, Mapping[str, str]] = {}

    def complete(self, values: dict[str, Any]) -> None:
        if values.get("owner_id") is None:
            values["owner_id"] = self.actor.user_id
        for name, field in self.entity.fields.items():
            values.setdefault(name, field.blank)

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if not problems:
            problems += [Problem(None, name, why) for name, why in wrong(value)]
        if not problems and values.keys() & {"part", "dimension"} and value("part") is not None:
            problems += self._narrowed(value, values)
        owner = values.get("owner_id", self.actor.user_id)
        if owner != self.actor.user_id and not self.actor.may(self.entity.edit):
            problems.append(Problem(None, "owner_id", "only a manager makes rules for others"))
        figure = METRICS.get(value("figure") or "")
        if figure is not None and not self.actor.may(figure.permission):
            problems.append(Problem(None, "figure", f"you may not {IN_WORDS[figure.permission]}"))
        alone = "kind" if "kind" in values and value("kind") in OF_PEOPLE else "dimension"
        of_single = alone == "kind" or value("dimension") == "user"
        if of_single and not self.actor.may(Permission.PERSON_FIGURES):
            problems.append(Problem(None, alone, f"you may not {IN_WORDS[Permission.PERSON_FIGURES]}"))
        return problems

    def _narrowed(self, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        """What is wrong with the value that a rule is narrowed to; one that is written by its name is told by itself from here on."""
        dimension = str(value("dimension"))
        if dimension not in self._known:
            self._known[dimension] = known_parts(
                self.session, self.session.info.get("facts"), cast(Actor, self.actor), dimension, of_plan(value("figure"), dimension)
            )  # fmt: skip
        try:
            values["part"] = meant(value("part"), dimension, self._known[dimension])
        except Refused as error:
            return [Problem(None, "part", str(error))]
        return []

    def clashes(self, rows: Iterable[Any]) -> list[Problem]:
        """A rule that is taken back asks for nothing that whoever takes it back may not see."""
        return [
            Problem(row.id, "figure", f"you may not {IN_WORDS[permission]}")
            for row in rows
            for permission in permissions_of(row.figure, row.kind, row.dimension)
            if not self.actor.may(permission)
        ]


def permissions_of(figure: str | None, kind: AlertKind, dimension: str | None) -> list[Permission]:
    """What somebody must be allowed whose rule of this kind is over the figure."""
    own = METRICS.get(figure or "")
    needed = [Permission.INSIGHTS_VIEW if own is None else own.permission]
    return [*needed, Permission.PERSON_FIGURES] if dimension == "user" or kind in OF_PEOPLE else needed


def wrong(value: Callable[[str], Any]) -> Iterator[tuple[str, str]]:
    """What a rule lacks or has too much of, by field."""
    kind, figure = value("kind"), value("figure")
    for name in NEEDED[kind]:
        if value(name) is None:
            yield name, f"a rule of the kind {str(kind).replace('_', ' ')} needs it"
    if kind is AlertKind.BUDGET:
        if figure is not None:
            yield "figure", "a budget says itself what it is of; leave it empty"
        return
    if value("budget") is not None:
        yield "budget", "is for rules of the kind budget"
    if figure is not None:
        yield from _of_figure(value, kind, figure)


def _of_figure(value: Callable[[str], Any], kind: AlertKind, key: str) -> Iterator[tuple[str, str]]:
    own, dimension, part, limit = METRICS[key], value("dimension"), value("part"), value("limit")
    if kind is AlertKind.BURN_RATE:
        if key not in BURNING:
            yield "figure", f"has no burn rate; {' and '.join(BURNING)} have one"
        if limit is not None and limit <= 0:
            yield "limit", "must be above 0: what may be used up in 30 days"
    known = narrowed_by(key)
    if dimension is None:
        if part is not None:
            yield "part", "say by which dimension it is narrowed"
    elif dimension not in known:
        yield "dimension", f"{own.label} is not known by it; use {', '.join(known) or 'none'}"
    elif part is None and dimension not in taken_apart_by(key):
        yield "part", f"name one {dimension}: not every one is judged by itself"
    elif kind is AlertKind.BURN_RATE and dimension not in DIMENSIONS[bases(key)[0]]:
        yield "dimension", "a burn rate is not known by it"
    if kind is AlertKind.ANOMALY and own.read is not None:
        yield "figure", f"{own.label} is not counted by day; use a threshold"
    if kind in OF_PEOPLE:
        return
    if own.read is not None and value("window") is not AlertWindow.OWN:
        yield "window", f"{own.label} is told as it is now; leave it at its own"
    if kind is AlertKind.THRESHOLD and limit == 0 and own.unit in ("count", "percent") and _fires_at(value):
        yield (
            "limit",
            "at 0 it would always fire, as it does at exactly the limit; write more, or let it not fire at that",
        )
    if kind is AlertKind.CHANGE and of_plan(key, dimension):
        yield "dimension", "parts of the plan have no period before; leave it empty"


def _fires_at(value: Callable[[str], Any]) -> bool:
    """Whether a ceiling fires at exactly its limit."""
    return value("side") is Side.ABOVE and at_equal(Side.ABOVE, value("at_equal"))


ALERT_RULES = Entity(
    AlertRule,
    AlertRuleRow,
    "When a figure is to raise an alert, and whose it is.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="owner_id",
    order=(AlertRule.name,),
    rules=_AlertRules,
    own_words="Only its owner",
    known_by=("name",),
)


def rule_of(values: Mapping[str, Any]) -> AlertRuleRow:
    """A rule with these fields that is not stored; Invalid names what is wrong with them."""
    declared = ALERT_RULES.fields
    read, problems = read_changes(declared, values, None, new=True)
    complete = {name: field.blank for name, field in declared.items()} | read
    figure = complete["figure"]
    if figure is not None and figure not in METRICS:
        problems.append(Problem(None, "figure", f"there is no figure {figure}"))
    if not problems:
        problems = [Problem(None, name, why) for name, why in wrong(complete.get)]
    if problems:
        raise Invalid(problems)
    kept = {each.name: complete.get(each.name) for each in fields(AlertRuleRow)}  # type: ignore[arg-type]
    return AlertRuleRow(**(kept | {"id": 0, "version": 1}))
