"""What values are called on the screen, and which values a filter offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from orchflow.metrics.filters import UNATTRIBUTED
from orchflow.metrics.metric import PARTS
from orchflow.metrics.privacy import SMALL_GROUPS, Privacy, small_organizations
from orchflow.metrics.queries import rows
from orchflow.warehouse.database import Warehouse

OTHER = "OTHER"
COLOURED = 7
"""How many values of a dimension have their colours first."""
MISSING = {
    "agent": "Unattributed",
    "organization": "No organisation",
    "user": "No user",
    "provider": "No provider",
    "model": "No model",
    "service": "No service",
    "project": "No project",
    "source": "No source",
    "sprint": "No sprint",
    "team": "No team",
    "flow": "No flow",
}


@dataclass(frozen=True)
class Names:
    """The names of agents, organisations and, where they may be seen, users."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, dimension: str, value: str | None) -> str:
        """The name of `value`; the value itself where it has none, words where there is no value."""
        if value is None or value != value or value == UNATTRIBUTED:
            return MISSING.get(dimension, "None")
        if value == SMALL_GROUPS:
            return "Small groups"
        if value == OTHER:
            return "All others"
        return self.known.get((dimension, value), value)

    def label(self, frame: pd.DataFrame, dimension: str, column: str = "value") -> pd.DataFrame:
        """`frame` with a column `label`, the names of its `column`; two values of one name are told apart."""
        labels = self.distinct(dimension, frame[column].unique())
        frame["label"] = [labels[value] for value in frame[column]]
        return frame

    def distinct(self, dimension: str, values: Iterable[str]) -> dict[str, str]:
        """A name for each of `values`; where two share one, the value stands behind it."""
        named = {value: self.of(dimension, value) for value in values}
        counts: dict[str, int] = {}
        for name in named.values():
            counts[name] = counts.get(name, 0) + 1
        return {value: name if counts[name] == 1 else f"{name} ({value})" for value, name in named.items()}


def read_names(warehouse: Warehouse, privacy: Privacy) -> Names:
    """The names known now."""
    return Names(
        {("part", value): label for value, label in PARTS.items()}
        | {
            (entry["dimension"], entry["value"]): entry["label"]
            for entry in rows(warehouse, "labels")
            if privacy.people or entry["dimension"] != "user"
        }
    )


def filter_options(
    warehouse: Warehouse, privacy: Privacy, names: Names | None = None
) -> dict[str, dict[str, str]]:
    """For each dimension the values that a filter offers, with their names, sorted by name; missing values last."""
    names = names or read_names(warehouse, privacy)
    offered: dict[str, list[str]] = {}
    kept: dict[str, Any] = {"people": privacy.people, "small": list(small_organizations(warehouse, privacy))}
    for entry in rows(warehouse, "options", kept):
        offered.setdefault(entry["dimension"], []).append(entry["value"])
    options: dict[str, dict[str, str]] = {}
    for dimension, values in offered.items():
        named = names.distinct(dimension, values)
        options[dimension] = dict(
            sorted(named.items(), key=lambda item: (item[0] == UNATTRIBUTED, item[1].lower()))
        )
    return options


def prominent(
    warehouse: Warehouse, options: Mapping[str, Mapping[str, str]], privacy: Privacy
) -> dict[str, tuple[str, ...]]:
    """For each dimension of `options` the names of the values that are used most since the first day, at most seven.

    A chart gives these their colours first, so that each has one on every chart. Only what may be chosen is named.
    To those who may not see small groups colours do not tell either what is used most: the first by name.
    """
    if not privacy.people:
        return {name: tuple(named.values())[:COLOURED] for name, named in options.items()}
    ranked: dict[str, tuple[str, ...]] = dict.fromkeys(options, ())
    for entry in rows(warehouse, "prominent"):
        dimension, value = entry["dimension"], entry["value"]
        if name := options.get(dimension, {}).get(value):
            ranked[dimension] += (name,)
    return ranked
