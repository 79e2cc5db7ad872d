"""What of the ledger is told to those who may not see figures of small groups: efforts, teams and nobody, and what of few people is put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from orchflow.people.small_groups import pooled

Row = Mapping[str, Any]
Owner = tuple[int | None, int | None]
"""The effort and the team; neither of them is nobody."""
PARTS = ("llm", "infrastructure", "development", "operations")
OF_PLAN = ("tasks", "tasks_done", "points", "points_done")
_ZERO = Decimal(0)
_NOTHING: dict[str, Any] = {"tasks": 0, "tasks_done": 0, "points": None, "points_done": None} | dict.fromkeys(
    PARTS, _ZERO
)


def told_apart(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The lines over all days, of rows of each stretch of days.

    What belongs to somebody in a stretch is told as theirs where those who made the calls, and those whose hours it is, are
    nobody or enough people; else it is in the line of small groups, with the next larger until these are together enough
    (ADR 17). So neither a line nor what one period has more than another is of too few. An owner of whom nothing is told
    stands there with its tasks; one of whom some is not told is told `in_part`.
    """
    stretches: dict[Any, dict[Owner, Row]] = defaultdict(dict)
    owned: dict[Owner, list[Row]] = defaultdict(list)
    for row in rows:
        owner = (row["effort_id"], row["team_id"])
        stretches[row["day"]][owner] = row
        owned[owner].append(row)
    small = {(day, owner) for day, owners in stretches.items() for owner in _small(owners)}
    lines: list[dict[str, Any]] = []
    together: dict[str, Any] = _NOTHING
    for owner, of_it in sorted(owned.items(), key=_order):
        told, kept = (
            _sum(row for row in of_it if ((row["day"], owner) in small) is withheld)
            for withheld in (False, True)
        )
        if _costs(kept) and not _costs(told):
            together = _sum((together, told, kept))
            continue
        together = _sum((together, _NOTHING | {part: kept[part] for part in PARTS}))
        plan = _sum((told, kept))
        line = {key: of_it[0][key] for key in ("kind", "effort_id", "team_id", "number", "name")}
        lines.append(line | told | {column: plan[column] for column in OF_PLAN} | {"in_part": _costs(kept)})
    if not lines and not _costs(together):
        return []
    if _costs(together):
        lines.append({"kind": "small_groups"} | together)
    return [*lines, {"kind": "total"} | _sum(lines) | {"own": _ZERO}]


def _small(owners: Mapping[Owner, Row]) -> set[Owner]:
    """Those of a stretch who are not told apart: for the people of their calls, or for those of their hours."""
    return {
        owner
        for who in ("used", "worked")
        for owner in pooled({owner: set(row[who] or ()) for owner, row in owners.items()})
    }


def _costs(row: Row) -> bool:
    return any(row[part] for part in PARTS)


def _sum(rows: Iterable[Row]) -> dict[str, Any]:
    """The sums of rows; no points are none. Nothing stands under a line here: all of its cost is its own."""
    rows = tuple(rows)
    sums = {
        column: sum((row[column] for row in rows), start)
        for column, start in _NOTHING.items()
        if start is not None
    }
    for column in ("points", "points_done"):
        known = [row[column] for row in rows if row[column] is not None]
        sums[column] = sum(known, _ZERO) if known else None
    cost = sum((sums[part] for part in PARTS), _ZERO)
    return sums | {"cost": cost, "own": cost}


def _order(entry: tuple[Owner, list[Row]]) -> tuple[bool, bool, int, int]:
    (effort, team), _ = entry
    return effort is None, team is None, effort or 0, team or 0
