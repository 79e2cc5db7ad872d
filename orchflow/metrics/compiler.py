"""Figures of the catalogue as one query: any of them together, by a dimension, by day, week or month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from orchflow.errors import Invalid, Problem
from orchflow.metrics.beside import beside
from orchflow.metrics.catalogue import METRICS, metric
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import (
    DIMENSIONS,
    FIXED,
    GRAINS,
    UNATTRIBUTED,
    Base,
    Dimension,
    Grain,
    Metric,
    PlanDimension,
)
from orchflow.metrics.queries import WINDOWS, joined_windows, lines_of
from orchflow.metrics.told import BLOCK, TOLD, Cell, cell_of, joined, rows_of, told, value_of, withheld_cells
from orchflow.warehouse.sql import Query

ALL = "0001-01-01"
"""The bucket of a period as a whole."""
_REFERENCE = re.compile(r"\{(\w+)\}")


def parts(key: str) -> list[Metric]:
    """The figures that `key` is made of, itself included; what it refers to comes first."""
    own = metric(key)
    return [*(part for name in _references(own) for part in parts(name)), own]


@lru_cache(maxsize=256)
def bases(key: str) -> tuple[Base, ...]:
    """The bases that `key` is counted over; none for a figure by a function."""
    return tuple(sorted({part.base for part in parts(key) if part.base}, reverse=True))


@lru_cache(maxsize=256)
def needed(key: str) -> tuple[Base, ...]:
    """The bases without whose facts `key` has no value; none where any of them will do."""
    own = metric(key)
    if own.base or own.summed:
        return bases(key) if own.base else ()
    wanted = {base for name in _references(own) for base in needed(name)}
    return tuple(base for base in bases(key) if base in wanted)


@lru_cache(maxsize=256)
def dimensions(key: str) -> tuple[Dimension, ...]:
    """What `key` can be told apart by in the warehouse: what all of its bases know, some of them by more than one value."""
    over = bases(key)
    known = dict.fromkeys(name for base in over for name in DIMENSIONS[base])
    order = [name for name in get_args(Dimension) if name in known]
    return tuple(
        name for name in order if all(name in {*DIMENSIONS[base], *FIXED.get(base, ())} for base in over)
    )


def _references(own: Metric) -> tuple[str, ...]:
    return own.summed or tuple(_REFERENCE.findall(own.formula))


def grains(key: str) -> tuple[Grain, ...]:
    """The stretches of time that `key` can be told by."""
    return GRAINS if bases(key) else metric(key).grains


def check_parts(key: str, by: Dimension | PlanDimension | None, grain: Grain | None) -> None:
    """Invalid where the figure `key` has no parts by `by`, or by time; with the reason that it declares."""
    own = metric(key)
    for field, asked, offered in (("by", by, (*dimensions(key), *own.parts)), ("grain", grain, grains(key))):
        if asked is None or asked in offered:
            continue
        reason = own.undivided.get("grain" if field == "grain" else asked)
        said = f"{own.label} is not known by {asked}" + (f": {reason}" if reason else "")
        raise Invalid(
            [Problem(None, field, said)],
            f"Use one of {', '.join(offered)}." if offered else f"Leave {field!r} out.",
        )


def grows_with_days(key: str) -> bool:
    """Whether a longer period gives more of it, so that periods of unequal length compare a day."""
    own = metric(key)
    if own.base is None and "/" not in own.formula and _references(own):
        return all(map(grows_with_days, _references(own)))
    return own.base is not None and own.unit in ("money", "count") and "distinct" not in own.formula


def expression(key: str) -> str:
    """The formula of a composed figure over columns that are called as its parts are."""
    own = metric(key)
    return own.key if own.base else _REFERENCE.sub(lambda part: expression(part[1]), f"({own.made_of})")


def with_formulas(text: Query) -> Query:
    """The same query with `{key}` written out as the formula of that figure."""
    return Query.of(text.name, _REFERENCE.sub(lambda key: expression(key[1]), text.text))


def has(base: Base) -> str:
    """The column that says whether a base has a row."""
    return f"has_{base}"


@lru_cache(maxsize=512)
def compiled(
    keys: tuple[str, ...], by: Dimension | None = None, grain: Grain | None = None,
    narrowed: frozenset[Dimension] = frozenset(), pooled_rest: bool = False, totals: bool = False, small_told: bool = True,
    cuts: int | None = None,
) -> Query:  # fmt: skip
    """One query: a row per period (`current`, `previous`), `bucket` of `grain` and `value` of `by`; a column per key.

    `narrowed` are the dimensions that the bound lists narrow. With `pooled_rest` every value that is not in the bound
    list `shown` is counted under OTHER, but UNATTRIBUTED stays itself. With `totals` each period has a row of its own besides
    its buckets, whose bucket is `ALL`. Unless `small_told`, what may not be told of small groups is counted under SMALL_GROUPS,
    or left out where it would be narrowed to; buckets are those of the day on which a day is told. With `cuts` it is of the bound
    windows instead of two periods, so many days of which are cut short (`periods`); the period is the name of the window, and `has`
    says which bases have a row there.
    """
    for key in keys:
        check_parts(key, by, grain)
    needed = {part.key: part for key in keys for part in parts(key)}
    used = sorted({part.base for part in needed.values() if part.base}, reverse=True)
    columns = ["period", *(["bucket"] if grain else []), *(["value"] if by else [])]
    counted = {base: [part for part in needed.values() if part.base == base] for base in used}
    rows = {
        base: Rows(base, by, grain, narrowed, pooled_rest, small_told, _apart(counted[base]), cuts)
        for base in used
    }
    tables = [f"of_{base} as (\n{_sums(rows[base], counted[base], totals)}\n)" for base in used]
    using = ", ".join(columns)
    joined = f"of_{used[0]}" + "".join(f"\nfull join of_{base} using ({using})" for base in used[1:])
    results = [f"{_result(METRICS[key], small_told, by is None)} as {key}" for key in keys]
    if cuts is not None:
        results += [f"of_{base}.period is not null as {has(base)}" for base in used]
    shown = ",\n    ".join([*columns, *results])
    first, ctes = (
        f"-- one row is one {' and '.join(columns)}",
        ",\n".join([*withheld(rows.values()), *([WINDOWS] if cuts is not None else []), *tables]),
    )
    return Query.of(f"metrics_{'_'.join(keys)}", f"{first}\nwith {ctes}\nselect\n    {shown}\nfrom {joined}")


@dataclass(frozen=True)
class Rows:
    """The rows of a base that a query counts, with its axes; `apart` are the dimensions by which some figure counts only a part, `cuts`
    says how many days of the bound windows are cut short, where it counts in these."""

    base: Base
    by: Dimension | None
    grain: Grain | None
    narrowed: frozenset[Dimension]
    pooled_rest: bool = False
    small_told: bool = True
    apart: tuple[Dimension, ...] = ()
    cuts: int | None = None

    @property
    def cells(self) -> tuple[Cell, Cell]:
        """By whose people it is decided which rows count, and which are told apart."""
        kept = cell_of(self.narrowed, self.base)
        return kept, cell_of(self.narrowed, self.base, self.by)

    @property
    def cells_apart(self) -> dict[Dimension, Cell]:
        """By whose people it is decided whether a figure that counts only a part of the rows is told."""
        return {name: cell_of({*self.narrowed, name}, self.base, self.by) for name in self.apart}

    @property
    def axes(self) -> dict[str, str]:
        """Period, bucket and value of a row, as far as they are asked for."""
        two = "if(day between $start and $end, 'current', 'previous')"
        axes = {"period": two if self.cuts is None else "windows.window_name"}
        if self.grain:
            day = "day" if self.small_told else BLOCK
            axes["bucket"] = day if self.grain == "day" else f"date_trunc('{self.grain}', {day})::date"
        if self.by:
            axes["value"] = self._value(self.by)
        return axes

    def text(self, sums: str) -> str:
        """The rows as SQL, for what is counted of them by `sums`."""
        kept = [
            f"list_contains(${FILTERED[name]}::varchar[], {self._plain(name)})"
            for name in FILTERED
            if name in self.narrowed and name in {*DIMENSIONS[self.base], *FIXED.get(self.base, ())}
        ]
        columns = ",\n    ".join(f"{text} as {name}" for name, text in self.axes.items())
        asked = " ".join([sums, columns, *kept])
        if self.small_told:
            lines = lines_of(self.base, asked, cuts=self.cuts or 0)
            joins = "".join(each.text for each in beside(self.base, asked))
            source, also = f"(\n{lines}\n) {self.base}{joins}", "*"
        else:
            inside, apart = self.cells
            source = rows_of(self.base, asked) + joined(inside, "unseen")
            if apart != inside:
                source += joined(apart, "small")
            source += "".join(joined(cell, f"few_{name}") for name, cell in self.cells_apart.items())
            kept += [told(self.base), *(["unseen.block is null"] if inside else [])]
            named = [name for each in beside(self.base, asked) for name in each.columns]
            also = ", ".join([f"{self.base}.*", *named])
            also += "".join(f", few_{name}.block is not null as few_{name}" for name in self.apart)
        if self.cuts is not None:
            source += joined_windows(self.base, self.cuts)
        where = "\nwhere " + "\n    and ".join(kept) if kept else ""
        return f"select\n    {columns},\n    {also}\nfrom {source}{where}"

    def _plain(self, name: Dimension) -> str:
        """The value of a dimension in a row, or that of all rows."""
        fixed = FIXED.get(self.base, {}).get(name)
        return value_of(name) if fixed is None else f"'{fixed}'"

    def _value(self, by: Dimension) -> str:
        value = self._plain(by)
        if self.pooled_rest:
            shown = f"list_contains($shown::varchar[], {value}) or {value} = '{UNATTRIBUTED}'"
            value = f"if({shown}, {value}, 'OTHER')"
        inside, apart = self.cells
        return (
            value
            if self.small_told or apart == inside
            else f"if(small.block is not null, 'SMALL_GROUPS', {value})"
        )


def withheld(rows: Iterable[Rows]) -> list[str]:
    """The tables by which what may not be told of small groups is left out of `rows`; none where all is told."""
    unseen = [each for each in rows if not each.small_told]
    cells = (cell for each in unseen for cell in (*each.cells, *each.cells_apart.values()))
    return [TOLD, *withheld_cells(cells)] if unseen else []


def _sums(rows: Rows, members: Sequence[Metric], totals: bool) -> str:
    sums = ",\n    ".join(f"{_counted(member, rows.small_told)} as {member.key}" for member in members)
    axes = list(rows.axes)
    shown = [
        f"coalesce(bucket, date '{ALL}') as bucket" if name == "bucket" and totals else name for name in axes
    ]
    sets = "grouping sets ((period), (period, bucket))" if totals else ", ".join(axes)
    return f"select\n    {', '.join(shown)},\n    {sums}\nfrom (\n{rows.text(sums)}\n)\ngroup by {sets}"


def _apart(members: Sequence[Metric]) -> tuple[Dimension, ...]:
    return tuple(dict.fromkeys(member.only[0] for member in members if member.only))


def _counted(member: Metric, small_told: bool) -> str:
    text = member.formula
    if member.only is not None:
        dimension, condition = member.only
        text = f"{text} filter (where {condition})"
        if not member.recorded:
            text = f"coalesce({text}, 0)"
        if not small_told:  # no part of it stands in for the whole
            text = f"case when not coalesce(bool_or({condition} and {member.of_people} and few_{dimension}), false) then {text} end"
    return f"({text})::bigint" if member.unit == "count" and not member.divisible else text


def _result(member: Metric, small_told: bool, whole: bool) -> str:
    """What is shown of a figure, whatever is read beside it: of no row at all a sum of the `whole` is 0, as it is where it is read alone."""
    text = expression(member.key)
    if member.base and member.unit == "count":
        return f"coalesce({text}, 0)" if small_told or member.only is None else text
    if member.base:
        sure = whole and small_told and member.unit == "money" and not (member.recorded or member.only)
        return f"case when of_{member.base}.period is null then 0 else {text} end" if sure else text
    if member.unit == "count" and small_told and grows_with_days(member.key):
        return f"coalesce({text}, 0)"
    if member.unit != "money":
        return text
    # of a quotient, which is a binary fraction, what is behind the twelfth decimal is noise
    return f"{text}::decimal(38, {12 if '/' in member.formula else 18})"
