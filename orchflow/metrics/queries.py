"""How this package's own queries are run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query, load_query

PACKAGE = "orchflow.metrics"
WINDOWS = (
    "windows as (select unnest($window_days::date[]) as window_day, unnest($window_cuts::date[]) as window_cut, "
    "unnest($window_names::varchar[]) as window_name)"
)
"""The table of the days of each window that is bound, and as which of them a day is cut short."""
_MARKED = "select *, {cut}::date as cut from (\n{rows}\n)"
_WHOLE_DAYS = re.compile(r"\$(start|end|previous_start|whole_until)\b")
_OF_THE_CUT = re.compile(r"\$(previous_end|usage_until|runs_until)\b")


def query(name: str) -> Query:
    """The query called `name`."""
    return load_query(PACKAGE, name)


OF_ALL_AGENTS = "(select *, null::varchar as agent from runners_daily)"


def lines_of(base: str, asked: str, *, cuts: int = 0) -> str:
    """The query of the rows of a base, without its first line, for what is `asked` of them: where that is nobody's share, from the
    rollup of all people, where it is no agent's, from that of all agents.

    With `cuts` a base that knows days that are cut short has so many of them beside the whole days of the first period, and a column
    `cut` that says which of them a row is of.
    """
    text = "\n".join(query(base).text.splitlines()[1:])
    if "user_id" not in asked:
        text = text.replace("usage_daily", "callers_daily")
    if (
        base != "benefit_lines" and "agent" not in asked
    ):  # whose hours are counted from the runs of each agent
        text = text.replace("from runs_daily", f"from {OF_ALL_AGENTS}")
    if not cuts or not _cut_short(base):
        return text
    nothing_else = _WHOLE_DAYS.sub("null::date", text)
    copies = [_MARKED.format(cut="null", rows=text)]
    for place in range(cuts):
        own = _OF_THE_CUT.sub(rf"$\1_{place}", nothing_else)
        copies.append(_MARKED.format(cut=f"$previous_end_{place}", rows=own))
    return "\nunion all by name\n".join(copies)


def joined_windows(base: str, cuts: int) -> str:
    """The join of rows with the windows in which they count; of expenses every day is whole."""
    same = f"\njoin windows on windows.window_day = {base}.day"
    if not _cut_short(base):
        return same
    return f"{same} and windows.window_cut is not distinct from {f'{base}.cut' if cuts else 'null'}"


def _cut_short(base: str) -> bool:
    return "_until::" in query(base).text


def rows(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Every row of a query, as a dictionary each; for results that are small."""
    result: list[dict[str, Any]] = warehouse.query(query(name), params).to_pylist()
    return result


def row(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """As `rows`, for a query that gives exactly one."""
    [only] = rows(warehouse, name, params)
    return only
