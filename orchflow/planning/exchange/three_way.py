"""Bring a file's values and the plan's together, knowing where both began. Nothing is overwritten unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from orchflow.encoding import encode
from orchflow.errors import FieldConflict

Take: TypeAlias = Literal["file", "plan"]
"""Whose value counts where both have changed."""


@dataclass
class Merged:
    """What to write of a record's values; `kept` was edited here only, `conflicts` here and in the file."""

    changes: dict[str, Any] = field(default_factory=dict)
    kept: list[FieldConflict] = field(default_factory=list)
    conflicts: list[FieldConflict] = field(default_factory=list)


def merge(
    values: Mapping[str, Any],
    stored: Mapping[str, Any],
    base: Mapping[str, Any],
    empty: Mapping[str, Any],
    take: Take | None,
) -> Merged:
    """Which of the `values` (as the store keeps them) to write over the `stored` ones.

    `stored`, `base` and `empty` (what an untouched field holds) are as the history writes values; a field that is not
    in `base` has none that is known, and then only an empty one is filled.
    """
    merged = Merged()
    for name, value in values.items():
        mine, theirs = encode(value), stored[name]
        if mine == theirs:
            continue
        known = name in base
        if not known and mine == empty.get(name):
            continue  # the file says nothing about it
        if known and mine == base[name]:
            merged.kept.append(FieldConflict(name, base[name], theirs, mine))
        elif ((theirs == base[name]) if known else (theirs == empty.get(name))) or take == "file":
            merged.changes[name] = value
        elif take == "plan":
            merged.kept.append(FieldConflict(name, base.get(name), theirs, mine))
        else:
            merged.conflicts.append(FieldConflict(name, base.get(name), theirs, mine))
    return merged
