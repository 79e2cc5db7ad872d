"""Groups of a wave with the sums of their answers, and which of them may be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.surveys.answers import Counts, add

WHOLE: Final = "Everybody asked"
SMALL: Final = "Small groups together"


@dataclass(frozen=True)
class Cell:
    """A group: how many were invited, how many answered, and their answers added up."""

    name: str
    invited: int
    answers: int
    counts: Counts


def together(cells: Sequence[Cell], name: str) -> Cell:
    """Several groups as one."""
    counts: Counts = {}
    for cell in cells:
        counts = add(counts, cell.counts)
    return Cell(name, sum(cell.invited for cell in cells), sum(cell.answers for cell in cells), counts)


def told_apart(cells: Sequence[Cell]) -> list[Cell]:
    """The groups as they are told: those in which fewer than five answered are one, with the next larger while that is of
    too few. So every group, and every difference of sums of groups, is of five answers or none.
    """
    small: list[Cell] = []
    for cell in sorted(cells, key=lambda each: (each.answers, each.name)):
        enough = sum(each.answers for each in small) >= SMALLEST_GROUP
        if cell.answers >= SMALLEST_GROUP and (not small or enough):
            break
        small.append(cell)
    if small:  # what was put together when people were invited stays together
        small += [cell for cell in cells if cell.name == SMALL and cell not in small]
    apart = [cell for cell in cells if cell not in small]
    if not small:
        return apart
    return [*apart, together(small, SMALL if apart else WHOLE)]
