"""The days between rows that follow each other on which none holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchflow.inputs.stretches import StretchRules
from orchflow.store.entity import Entity


@dataclass(frozen=True)
class Hole:
    """Days between two rows of one subject, from `start` to before `end`, on which none of them holds; `row` is the earlier one."""

    row: Any
    start: date
    end: date


def holes(entity: Entity[Any], rows: Iterable[Any]) -> list[Hole]:
    """The days between the rows of each subject on which none holds, the latest first; nothing where rows do not follow each other."""
    rules = entity.rules
    if not issubclass(rules, StretchRules) or rules.weight:
        return []
    ordered = sorted(rows, key=lambda row: getattr(row, rules.starts))
    last: dict[tuple[Any, ...], Any] = {}
    between: list[Hole] = []
    for row in ordered:
        subject = tuple(rules.compared(name, getattr(row, name)) for name in rules.subject)
        before = last.get(subject)
        end = getattr(before, rules.ends) if before is not None else None
        if end is not None and end < getattr(row, rules.starts):
            between.append(Hole(before, end, getattr(row, rules.starts)))
        last[subject] = row
    return sorted(between, key=lambda hole: hole.start, reverse=True)
