"""What the figures of rules are, read together: rules that share eyes, period and dimension are one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from orchflow.alerts.owners import Owner
from orchflow.alerts.rules import AlertRuleRow
from orchflow.alerts.tables import AlertKind, AlertWindow
from orchflow.format import moment
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.comparison import Comparison
from orchflow.metrics.compiler import grows_with_days, needed
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED, Filters, month_to_date, period_in_words, window_of
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension, Figure, Number, PlanDimension
from orchflow.metrics.plan_parts import check_parts_of_teams, plan_lines, value_names
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import SMALL_GROUPS, Privacy
from orchflow.metrics.read import comparable, figures, lines
from orchflow.people.small_groups import WITHHELD
from orchflow.workspace import Workspace

NOTHING_BEFORE = "There is nothing to compare with"
Asked = tuple[AlertRuleRow, Owner]


@dataclass(frozen=True)
class Measure:
    """What a figure says of one scope: `value` over `period`, in the figure's unit; None with the reason in `missing`.

    `now` and `previous` are the sides of its like-for-like comparison, put into words by `compared_with`.
    """

    scope: str
    label: str
    unit: str
    period: str
    value: Number | None = None
    missing: str = ""
    now: Number | None = None
    previous: Number | None = None
    compared_with: str = ""


def days_of(rule: AlertRuleRow, today: date) -> Filters:
    """The days over which a rule takes its figure."""
    match rule.window:
        case AlertWindow.TODAY:
            return Filters(today, today)
        case AlertWindow.YESTERDAY:
            return Filters(today - timedelta(days=1), today - timedelta(days=1))
        case AlertWindow.WEEK:
            return Filters(today - timedelta(days=6), today)
        case AlertWindow.FOUR_WEEKS:
            return Filters(today - timedelta(days=27), today)
        case AlertWindow.MONTH:
            return month_to_date(today)
        case _:
            return window_of(METRICS[str(rule.figure)].window, today)


@dataclass
class Group:
    """Rules that one query answers: the same eyes, days and dimension."""

    facts: Facts
    dimension: Dimension | None
    rules: list[AlertRuleRow] = field(default_factory=list)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(rule.figure) for rule in self.rules))


class Measures:
    """Reads the figures of rules as they are at one instant."""

    def __init__(self, ws: Workspace, now: datetime, reach: Coverage | None = None) -> None:
        self.ws, self.now = ws, now
        self.today = now.astimezone(ws.zone).date()
        self.reach = reach or coverage(ws.warehouse, now)

    def groups(self, asked: Iterable[Asked]) -> list[Group]:
        """The rules over figures that are queries, as few queries as they need."""
        groups: dict[tuple[object, ...], Group] = {}
        for rule, owner in asked:
            days = days_of(rule, self.today)
            key = (owner.people, days, rule.dimension)
            if key not in groups:
                groups[key] = Group(
                    self._facts(owner, days, own=rule.window is AlertWindow.OWN), cast(Dimension | None, rule.dimension)
                )  # fmt: skip
            groups[key].rules.append(rule)
        return list(groups.values())

    def of_group(self, group: Group) -> dict[int, list[Measure]]:
        """The measures of each rule of a group, by its id."""
        whole = {each.key: each for each in figures(group.facts, group.keys, trends=False)}
        parts = _parts(group, whole) if group.dimension else {}
        return {rule.id: self._measured(group, rule, whole[str(rule.figure)], parts) for rule in group.rules}

    def of_function(self, rule: AlertRuleRow, owner: Owner) -> list[Measure]:
        """The measures of a rule over a figure that is a function."""
        own, dimension = METRICS[str(rule.figure)], rule.dimension
        days = days_of(rule, self.today)
        facts = self._facts(owner, days)
        if dimension in PLAN_DIMENSIONS:
            if rule.part is None:
                return self._by_plan(facts, own.key, dimension)
            facts.plan = PlanScope.of({dimension: int(rule.part)})
            check_parts_of_teams(facts)
        elif dimension is not None:
            narrowed = {FILTERED[cast(Dimension, dimension)]: (rule.part,)}
            facts = facts.over(Filters(days.start, days.end, **cast(Any, narrowed)))
        [told] = figures(facts, (own.key,), trends=False)
        return [_of_figure(told, "", "now" if own.window == "now" else _words(days))]

    def _by_plan(self, facts: Facts, key: str, by: PlanDimension) -> list[Measure]:
        found = [line for line in plan_lines(facts, [key], by=by) if line["value"] != SMALL_GROUPS]
        names = value_names(facts, by, [line["value"] for line in found])
        return [
            Measure(
                line["value"], names.get(line["value"], line["value"]), METRICS[key].unit, "now", line[key]
            )
            for line in found
        ]

    def _facts(self, owner: Owner, days: Filters, *, own: bool = False) -> Facts:
        privacy = Privacy(people=owner.people)
        facts = Facts(self.ws, owner.actor, days, privacy=privacy, now=self.now, reach=self.reach)
        known = [day for day in (self.reach.usage_from, self.reach.runs_from) if day]
        return (
            facts.since(max(known)) if own and known and days == window_of("28 days", self.today) else facts
        )

    def _measured(
        self, group: Group, rule: AlertRuleRow, whole: Figure, parts: Mapping[str, Mapping[str, Measure]]
    ) -> list[Measure]:
        facts = group.facts
        period = _words(facts.period)
        missing = whole.missing or self._stale(whole.key, facts)
        if missing:
            return [Measure("", "", whole.unit, period, missing=missing)]
        if group.dimension is None:
            return [_of_figure(whole, "", period)]
        known = parts[whole.key]
        if rule.part is None:
            return [each for each in known.values() if each.scope != SMALL_GROUPS]
        label = facts.names.distinct(group.dimension, [rule.part]).get(rule.part, rule.part)
        own = known.get(rule.part) or nothing_of(facts, whole.key, rule.part, label)
        return [replace(own, scope="")]

    def _stale(self, key: str, facts: Facts) -> str:
        """Why nothing can be said of these days: nothing that new was loaded."""
        for base in needed(key):
            if base == "expense_lines":
                continue
            newest = self.reach.usage_as_of if base == "usage_lines" else self.reach.runs_as_of
            if newest is not None and newest.astimezone(self.ws.zone).date() < facts.filters.start:
                return f"Nothing newer than {moment(newest, self.ws.zone)} is loaded"
        return ""


def nothing_of(facts: Facts, key: str, part: str, label: str) -> Measure:
    """A part of which there is no row: a sum is zero, where nothing is withheld, and a ratio is not known."""
    own = METRICS[key]
    if not facts.privacy.people:
        return Measure(part, label, own.unit, _words(facts.period), missing=WITHHELD)
    zero = 0 if grows_with_days(key) else None
    return Measure(
        part, label, own.unit, _words(facts.period), zero, "" if zero == 0 else own.missing, zero, zero
    )


def _parts(group: Group, whole: Mapping[str, Figure]) -> dict[str, dict[str, Measure]]:
    """By figure and value of the dimension what it says."""
    facts, by = group.facts, group.dimension
    assert by is not None
    now = lines(facts, group.keys, by=by)
    changing = [str(rule.figure) for rule in group.rules if rule.kind is AlertKind.CHANGE]
    changing = [key for key in dict.fromkeys(changing) if comparable(facts, key)]
    before = {
        line["value"]: line for line in (lines(facts, changing, by=by, compared=True) if changing else [])
    }
    names = facts.names.distinct(by, [line["value"] for line in now])
    period = _words(facts.period)
    found: dict[str, dict[str, Measure]] = {key: {} for key in group.keys}
    for line in now:
        value = line["value"]
        for key in group.keys:
            sides = _sides(facts.comparison, key, before.get(value)) if key in changing else (None, None)
            missing = "" if line[key] is not None else METRICS[key].missing
            found[key][value] = Measure(
                value,
                names.get(value, value),
                whole[key].unit,
                period,
                line[key],
                missing,
                *sides,
                whole[key].note,
            )
    return found


def _sides(
    comparison: Comparison, key: str, line: Mapping[str, Any] | None
) -> tuple[Number | None, Number | None]:
    if line is None:
        return None, None
    now, before = line[key], line[f"previous_{key}"]
    if grows_with_days(key):
        now, before = now or 0, before or 0
        return comparison.a_day(now, before)
    return now, before


def _of_figure(told: Figure, scope: str, period: str) -> Measure:
    return Measure(
        scope, "", told.unit, period, told.value, told.missing or "", told.now, told.previous, told.note
    )  # fmt: skip


def _words(days: Filters) -> str:
    return period_in_words(days.start, days.end)


def by_query(rules: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """The rules over figures that are queries, and those over figures that are functions."""
    queries = [each for each in rules if METRICS[str(each[0].figure)].read is None]
    return queries, [each for each in rules if METRICS[str(each[0].figure)].read is not None]
