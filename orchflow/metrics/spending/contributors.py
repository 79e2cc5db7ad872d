"""What a day out of the ordinary mostly came of: in each other dimension the value that moved most in its direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from orchflow.metrics.queries import rows
from orchflow.metrics.spending.anomaly_band import Judged
from orchflow.metrics.spending.daily import Daily

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.metrics.names import Names

ORDER = ("agent", "model", "provider", "service", "team", "organization", "part")
"""Of two that tell as much the earlier is named first."""
TELLING = 0.5
"""A value that makes less of the difference explains it only where none makes more."""
Asked = tuple[str, str, date, int, Decimal]
"""Dimension, value and day of an anomaly, the weeks it was judged by, and how far it is from what was expected."""


@dataclass(frozen=True)
class Part:
    """A value of a dimension that made `excess` of a difference, which is a `share` of it; `is_new`: it had no such day before."""

    dimension: str
    value: str
    label: str
    excess: Decimal
    share: float
    is_new: bool = False


def parts_of_all(
    names: Names, judged: Mapping[str, tuple[Daily, Judged]], day: date, excess: Decimal
) -> tuple[Part, ...]:
    """Of a day of everything: by how much each scope was off itself."""
    parts = []
    for name, (days, by) in judged.items():
        place = days.place(day)
        amounts = np.nan_to_num(days.values[:, place])
        usual = np.nan_to_num(by.expected[:, place - by.first])
        before = days.values[:, :place]
        for number, value in enumerate(days.keys):
            off = Decimal(f"{amounts[number] - usual[number]:.6f}")
            is_new = not np.nan_to_num(before[number]).any()
            parts.append(Part(name, value, names.of(name, value), off, float(off / excess), is_new))
    return _telling(parts)


def parts_of_one(facts: Facts, asked: Sequence[Asked]) -> list[tuple[Part, ...]]:
    """Of days of single scopes: what the values of the other dimensions had within them beyond their same weekdays before."""
    if not asked:
        return []
    columns = [list(column) for column in zip(*asked, strict=True)]
    params: dict[str, Any] = dict(zip(("dimensions", "values", "days", "weeks"), columns, strict=False))
    params |= {"numbers": list(range(len(asked))), "sources": list(facts.filters.sources) or None}
    params["rates"] = facts.privacy.rates
    found: list[tuple[Part, ...]] = [()] * len(asked)
    lines = rows(facts.warehouse, "parts_of_outliers", params)
    for number, of_one in groupby(lines, key=itemgetter("number")):
        excess = asked[number][-1]
        found[number] = _telling(
            [
                Part(
                    line["part"], line["value"], facts.names.of(line["part"], line["value"]), Decimal(line["excess"]),
                    float(Decimal(line["excess"]) / excess), line["is_new"],
                )
                for line in of_one
            ]
        )  # fmt: skip
    return found


def _telling(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The strongest of each dimension that makes at least half of the difference, a part of cost only where nothing tells more; else
    the strongest of all."""
    strongest = [
        max(same, key=lambda part: part.share)
        for name in ORDER
        if (same := [part for part in parts if part.dimension == name and part.share > 0])
    ]
    told = [part for part in strongest if part.share >= TELLING]
    told = [part for part in told if part.dimension != "part"] or told
    return tuple(told or ([max(strongest, key=lambda part: part.share)] if strongest else []))
