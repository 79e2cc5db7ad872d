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
from orchflow.metrics.compiler import bases, grows_with_days, needed
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED, Filters, month_to_date, period_in_words, window_of
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension, Figure, Number, PlanDimension
from orchflow.metrics.names import Names
from orchflow.metrics.periods import Sides, of_keys, read_sides
from orchflow.metrics.plan_parts import check_parts_of_teams, plan_lines, value_names
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import SMALL_GROUPS, Privacy
from orchflow.metrics.read import figures
from orchflow.metrics.sided import Sided, comparable, sided
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
    """Rules that see the same of the same days."""

    facts: Facts
    rules: list[AlertRuleRow] = field(default_factory=list)

    @property
    def keys(self) -> tuple[str, ...]:
        """Their figures."""
        return _keys(self.rules)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """By which they take it apart."""
        return tuple(dict.fromkeys(cast(Dimension, rule.dimension) for rule in self.rules if rule.dimension))

    def by(self, dimension: Dimension) -> list[AlertRuleRow]:
        """Those that take their figure apart by a dimension."""
        return [rule for rule in self.rules if rule.dimension == dimension]


class Measures:
    """Reads the figures of rules as they are at one instant."""

    def __init__(self, ws: Workspace, now: datetime, reach: Coverage | None = None) -> None:
        self.ws, self.now = ws, now
        self.today = now.astimezone(ws.zone).date()
        self.reach = reach or coverage(ws.warehouse, now)

    def groups(self, asked: Iterable[Asked]) -> list[Group]:
        """The rules over figures that are queries, by what they see of which days."""
        groups: dict[tuple[object, ...], Group] = {}
        names: dict[Privacy, Names] = {}
        for rule, owner in asked:
            days, own = days_of(rule, self.today), rule.window is AlertWindow.OWN
            key = (owner.privacy, days, own)
            if key not in groups:
                groups[key] = Group(self.facts(owner, days, own=own))
                if owner.privacy in names:
                    groups[key].facts.names = names[owner.privacy]
                names[owner.privacy] = groups[key].facts.names
            groups[key].rules.append(rule)
        return list(groups.values())

    def read(self, groups: Sequence[Group]) -> dict[int, list[Measure]]:
        """The measures of each rule of groups whose readers see the same, by its id."""
        keys = _keys([rule for group in groups for rule in group.rules])
        for group in groups:
            for key in group.keys:
                group.facts.actor.require(METRICS[key].permission)
        whole = read_sides([group.facts for group in groups], keys)
        parts: dict[Dimension, dict[int, Sides]] = {}
        for by in dict.fromkeys(by for group in groups for by in group.dimensions):
            members = [group for group in groups if group.by(by)]
            wanted = _keys([rule for group in members for rule in group.by(by)])
            read = read_sides([group.facts for group in members], wanted, by)
            parts[by] = {id(group): sides for group, sides in zip(members, read, strict=True)}
        found: dict[int, list[Measure]] = {}
        for group, sides in zip(groups, whole, strict=True):
            known = of_keys(sides, group.keys)
            totals = {period: lines.get("", {}) for period, lines in known.items()}
            told = {key: sided(group.facts, METRICS[key], totals) for key in group.keys}
            apart = {by: _parts(group, by, parts[by][id(group)], told) for by in group.dimensions}
            for rule in group.rules:
                own, dimension = str(rule.figure), cast(Dimension, rule.dimension)
                found[rule.id] = self._measured(group.facts, rule, told[own], apart.get(dimension, {}))
        return found

    def of_function(self, rule: AlertRuleRow, owner: Owner) -> list[Measure]:
        """The measures of a rule over a figure that is a function."""
        own, dimension = METRICS[str(rule.figure)], rule.dimension
        days = days_of(rule, self.today)
        facts = self.facts(owner, days)
        if dimension in PLAN_DIMENSIONS:
            if rule.part is None:
                return self._by_plan(facts, own.key, dimension)
            facts.plan = PlanScope.of({dimension: int(rule.part)})
            check_parts_of_teams(facts)
        elif dimension is not None:
            narrowed = {FILTERED[cast(Dimension, dimension)]: (rule.part,)}
            facts = facts.over(Filters(days.start, days.end, **cast(Any, narrowed)))
        [told] = figures(facts, (own.key,), trends=False)
        return [_of_figure(told, own.unit, "now" if own.window == "now" else _words(days))]

    def _by_plan(self, facts: Facts, key: str, by: PlanDimension) -> list[Measure]:
        found = [line for line in plan_lines(facts, [key], by=by) if line["value"] != SMALL_GROUPS]
        names = value_names(facts, by, [line["value"] for line in found])
        return [
            Measure(
                line["value"], names.get(line["value"], line["value"]), METRICS[key].unit, "now", line[key]
            )
            for line in found
        ]

    def facts(self, owner: Owner, days: Filters, *, own: bool = False) -> Facts:
        """The facts of these days as a rule's owner may see them; `own` days of a figure are fewer where its facts are younger."""
        facts = Facts(self.ws, owner.actor, days, privacy=owner.privacy, now=self.now, reach=self.reach)
        known = [day for day in (self.reach.usage_from, self.reach.runs_from) if day]
        return (
            facts.since(max(known)) if own and known and days == window_of("28 days", self.today) else facts
        )

    def _measured(
        self, facts: Facts, rule: AlertRuleRow, whole: Sided, parts: Mapping[str, Mapping[str, Measure]]
    ) -> list[Measure]:
        key, unit, period = str(rule.figure), METRICS[str(rule.figure)].unit, _words(facts.period)
        missing = whole.missing or self._stale(key, facts)
        if missing:
            return [Measure("", "", unit, period, missing=missing)]
        if rule.dimension is None:
            return [_of_figure(whole, unit, period)]
        known = parts[key]
        if rule.part is None:
            return [each for each in known.values() if each.scope != SMALL_GROUPS]
        label = facts.names.distinct(cast(Dimension, rule.dimension), [rule.part]).get(rule.part, rule.part)
        own = known.get(rule.part) or nothing_of(facts, key, rule.part, label)
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


def first_known(reach: Coverage, key: str) -> date | None:
    """The first day of which a figure is known: by all of its bases, or by any where any will do; None before."""
    wanted = needed(key)
    known = [reach.known_from(base) for base in wanted or bases(key)]
    if wanted:
        return None if None in known else max(day for day in known if day)
    return min((day for day in known if day), default=None)


def nothing_of(facts: Facts, key: str, part: str, label: str) -> Measure:
    """A part of which there is no row: a sum is zero, where nothing is withheld, and a ratio is not known."""
    own = METRICS[key]
    if not facts.privacy.people:
        return Measure(part, label, own.unit, _words(facts.period), missing=WITHHELD)
    zero = 0 if grows_with_days(key) else None
    return Measure(
        part, label, own.unit, _words(facts.period), zero, "" if zero == 0 else own.missing, zero, zero
    )


def _keys(rules: Sequence[AlertRuleRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(rule.figure) for rule in rules))


def _parts(
    group: Group, by: Dimension, sides: Sides, whole: Mapping[str, Sided]
) -> dict[str, dict[str, Measure]]:
    """By figure and value of the dimension what it says."""
    facts, rules = group.facts, group.by(by)
    keys = _keys(rules)
    sides = of_keys(sides, keys)
    changing = [
        key
        for key in _keys([rule for rule in rules if rule.kind is AlertKind.CHANGE])
        if comparable(facts, key)
    ]
    current = {
        value: line
        for value, line in sorted(sides.get("current", {}).items())
        if any(line.get(key) is not None for key in keys)
    }
    now = sides.get("compared" if facts.comparison.shortened else "current", {})
    before = sides.get("previous", {})
    compared = {value: (now.get(value, {}), before.get(value, {})) for value in sorted(now.keys() | before.keys())} if changing else {}  # fmt: skip
    names = facts.names.distinct(by, [*dict.fromkeys([*current, *compared])])
    found: dict[str, dict[str, Measure]] = {key: {} for key in keys}
    for value in dict.fromkeys([*current, *compared]):
        for key in keys:
            told = _sides(facts.comparison, key, compared.get(value)) if key in changing else (None, None)
            if value in current:
                number = current[value].get(key)
            elif told[1]:  # there was something of it before, and is nothing now
                number = 0 if grows_with_days(key) else None
            else:
                continue
            missing = "" if number is not None else METRICS[key].missing
            found[key][value] = Measure(
                value, names.get(value, value), METRICS[key].unit, _words(facts.period), number, missing, *told, whole[key].note
            )  # fmt: skip
    return found


def _sides(
    comparison: Comparison, key: str, lines: tuple[Mapping[str, Any], Mapping[str, Any]] | None
) -> tuple[Number | None, Number | None]:
    if lines is None:
        return None, None
    now, before = (line.get(key) for line in lines)
    return comparison.a_day(now or 0, before or 0) if grows_with_days(key) else (now, before)


def _of_figure(told: Sided | Figure, unit: str, period: str) -> Measure:
    return Measure(
        "", "", unit, period, told.value, told.missing or "", told.now, told.previous, told.note
    )  # fmt: skip


def _words(days: Filters) -> str:
    return period_in_words(days.start, days.end)


def by_query(rules: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """The rules over figures that are queries, and those over figures that are functions."""
    queries = [each for each in rules if METRICS[str(each[0].figure)].read is None]
    return queries, [each for each in rules if METRICS[str(each[0].figure)].read is not None]
