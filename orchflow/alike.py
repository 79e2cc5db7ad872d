"""What was refused for the same reason, told as one: a file or a paste of thousands of rows has few kinds of faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

T = TypeVar("T")
APART: Final = 5
"""So many reasons that differ only in what was written stand each by itself; more of them together."""
ROWS: Final = 5
"""So many rows of a group are named."""

_WRITTEN: Final = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\d[\d.,:T+-]*")


def alike(told: Iterable[T], reason: Callable[[T], tuple[str, str]]) -> list[list[T]]:
    """What was `told` in groups, the largest first. `reason`: the column and why.

    Reasons are the same when they are so to the letter; where more than a few differ only in the value that they name, also
    when they are so without it.
    """
    exact: dict[tuple[str, str], list[T]] = {}
    for each in told:
        exact.setdefault(reason(each), []).append(each)
    kinds: dict[tuple[str, str], list[list[T]]] = {}
    for (column, why), group in exact.items():
        kinds.setdefault((column, _WRITTEN.sub("…", why)), []).append(group)
    groups = [
        group
        for several in kinds.values()
        for group in (several if len(several) <= APART else [[each for some in several for each in some]])
    ]
    return sorted(groups, key=len, reverse=True)


def why(group: Sequence[T], reason: Callable[[T], tuple[str, str]]) -> str:
    """Why all of a group was refused, in the words of the first, and how many others there are for other values."""
    others = len({reason(each)[1] for each in group}) - 1
    said = reason(group[0])[1]
    return f"{said}, and {others:,} other values like it" if others else said


def places(group: Sequence[T], place: Callable[[T], object]) -> str:
    """The rows of a group: `2, 3, 5` or `1,500 rows: 2, 3, 4, 5, 6 …`."""
    known = list(dict.fromkeys(str(place(each)) for each in group))
    if len(known) <= ROWS:
        return ", ".join(known)
    return f"{len(known):,} rows: {', '.join(known[:ROWS])} …"
