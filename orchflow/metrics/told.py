"""Which parts of figures may be told to those who may not see figures of small groups, as SQL.

A cell is what lies in one stretch of days and has one value of each dimension that a query narrows or takes apart. It is
told when it is of nobody or of at least the smallest group, and when what is left of the stretch without its told cells
is so too, whichever of the dimensions is left out: so neither a cell nor what is subtracted from it is of too few.
What is not told is counted as SMALL_GROUPS.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from orchflow.metrics.beside import beside
from orchflow.metrics.metric import DIMENSIONS, Base, Dimension
from orchflow.metrics.queries import lines_of, query

PEOPLE: tuple[Base, ...] = ("usage_lines", "expense_lines", "run_lines")
"""The bases by whose people cells are judged, all of them that know the dimensions: so a cell is told or not, whatever
is asked of it."""
CROWDS: dict[Base, tuple[str, ...]] = {
    "usage_lines": ("true", "paid"),
    "expense_lines": ("paid",),
    "run_lines": ("true",),
}
"""Whose people of a base have to be enough, each for itself: everybody, or those of whom something has a cost, since who has calls or
hours without one hides nobody else's cost."""
BLOCK = "coalesce(told.told_on, day)"
TOLD = "told as (select unnest($told_days::date[]) as day, unnest($told_on::date[]) as told_on)"

Cell = tuple[Dimension, ...]


def cell_of(narrowed: Collection[Dimension], base: Base, by: Dimension | None = None) -> Cell:
    """The dimensions of the cells of a query, in the order of the base."""
    return tuple(name for name in DIMENSIONS[base] if name in narrowed or name == by)


def withheld_cells(cells: Iterable[Cell]) -> list[str]:
    """The common table expressions of the cells that are not told, a table for each of `cells`; without `TOLD`."""
    wanted = [cell for cell in dict.fromkeys(cells) if cell]
    tables: list[str] = []
    for base in PEOPLE:
        known = [cell for cell in wanted if set(cell) <= set(DIMENSIONS[base])]
        if known:
            tables.append(
                f"seen_{base} as (\n{_people(base, sorted({name for cell in known for name in cell}))}\n)"
            )
    for cell in wanted:
        small = [
            _small(base, crowd, cell, apart)
            for base in PEOPLE
            if set(cell) <= set(DIMENSIONS[base])
            for crowd in CROWDS[base]
            for apart in cell
        ]
        tables.append(f"{table_of(cell)} as (\n" + "\nunion\n".join(small) + "\n)")
    return tables


def table_of(cell: Cell) -> str:
    """The name of the table of cells that are not told."""
    return "withheld_" + "_".join(cell)


def joined(cell: Cell, alias: str) -> str:
    """The join of rows with the cells, of those that are not told, in which they lie."""
    if not cell:
        return ""
    same = " and ".join(f"{alias}.cell_{name} = {value_of(name)}" for name in cell)
    return f"\nleft join {table_of(cell)} {alias} on {alias}.block = {BLOCK} and {same}"


def value_of(dimension: Dimension) -> str:
    """The value of a dimension in a row, UNATTRIBUTED where it has none."""
    return f"coalesce({'user_id' if dimension == 'user' else dimension}, 'UNATTRIBUTED')"


def told(base: Base) -> str:
    """The condition under which anything of a base is told."""
    match base:
        case "usage_lines":
            return "$usage_told"
        case "expense_lines":  # all but the hours are nobody's
            return "($expenses_told or user_id is null)"
        case "agent_costs":
            return "$usage_told and $runs_told"
        case _:
            return "$runs_told"


def rows_of(base: Base, asked: str) -> str:
    """The rows of a base with the day on which each is told, and with what else of them `asked` speaks of; apart by people and by
    agents where it speaks of them."""
    joins = "".join(each.text for each in beside(base, asked))
    return f"(\n{lines_of(base, asked)}\n) {base}{joins}\nleft join told using (day)"


def _people(base: Base, dimensions: Sequence[Dimension]) -> str:
    columns = ",\n    ".join(f"{value_of(name)} as cell_{name}" for name in dimensions)
    return _filled(
        "people_of_cells",
        block=BLOCK,
        columns=columns,
        rows=rows_of(base, f"{columns} user_id"),
        base=base,
        told=told(base),
        paid="cost is not null" if "paid" in CROWDS[base] else "true",
    )


def _small(base: Base, crowd: str, cell: Cell, apart: Dimension) -> str:
    """The cells that are not told, put together within what is the same but for `apart`."""
    columns = ", ".join(["block", *(f"cell_{name}" for name in cell)])
    same = ", ".join(["block", *(f"cell_{name}" for name in cell if name != apart)])
    return _filled(
        "small_cells", columns=columns, same=same, apart=f"cell_{apart}", people=f"seen_{base}", crowd=crowd
    )


def _filled(name: str, **texts: str) -> str:
    text = "\n".join(line for line in query(name).text.splitlines() if not line.startswith("--"))
    for placeholder, value in texts.items():
        text = text.replace("{" + placeholder + "}", value)
    return text
