"""Low, likely and high: three values of which each is at least the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orchflow.errors import Problem
from orchflow.store.entity import Entity


def out_of_range(
    entity: Entity[Any], value: Callable[[str], Any], names: tuple[str, str, str]
) -> list[Problem]:
    """What is wrong with the three fields `names`: a bound without the likely value, or out of order."""
    low, likely, high = names
    label = {name: entity.fields[name].label for name in names}
    bounds = [name for name in (low, high) if value(name) is not None]
    middle = value(likely)
    if middle is None:
        return (
            [Problem(None, likely, f"must not be empty beside {label[bounds[0]]}: say what is expected")]
            if bounds
            else []
        )
    problems = []
    if value(low) is not None and value(low) > middle:
        said = f"{value(low):f} is more than {label[likely]}, {middle:f}: it is the least that is expected"
        problems.append(Problem(None, low, said))
    if value(high) is not None and value(high) < middle:
        said = f"{value(high):f} is less than {label[likely]}, {middle:f}: it is the most that is expected"
        problems.append(Problem(None, high, said))
    return problems


def without_currency(value: Callable[[str], Any], *amounts: str) -> list[Problem]:
    """An amount without its currency."""
    if value("currency") is not None or all(value(name) is None for name in amounts):
        return []
    return [Problem(None, "currency", "must not be empty beside an amount: say the currency it is in")]
