"""Benefits of one agent and one kind whose periods have days in common: of them only one counts on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from orchflow.value.benefits import BenefitRow
from orchflow.value.tables import Grade

STRENGTH: Final = {grade: place for place, grade in enumerate(Grade)}


@dataclass(frozen=True)
class Overlap:
    """On the days from `start` to before `end` (None: for ever) only `counted` counts, and `left_out` does not."""

    counted: BenefitRow
    left_out: BenefitRow
    start: date
    end: date | None


def overlaps(benefits: Iterable[BenefitRow], agents: Mapping[int, str | None]) -> list[Overlap]:
    """Every two benefits of one agent (that of their use case, by `agents`, where they name none; else the use case) and one kind
    that share days, the latest first.

    The one with the stronger evidence counts; of equal ones the one whose evidence is newer, then the one entered first.
    """
    of_subject: dict[tuple[object, ...], list[BenefitRow]] = {}
    for row in benefits:
        of_subject.setdefault((_subject(row, agents), row.kind), []).append(row)
    found = []
    for rows in of_subject.values():
        for one, other in combinations(sorted(rows, key=_weight, reverse=True), 2):
            start = max(one.starts, other.starts)
            ends = [end for end in (one.ends, other.ends) if end is not None]
            if not ends or start < min(ends):
                found.append(Overlap(one, other, start, min(ends, default=None)))
    return sorted(found, key=lambda each: (each.start, each.counted.id), reverse=True)


def _subject(row: BenefitRow, agents: Mapping[int, str | None]) -> object:
    if row.agent or row.use_case_id is None:
        return row.agent
    return agents.get(row.use_case_id) or row.use_case_id


def _weight(row: BenefitRow) -> tuple[int, date, int]:
    return STRENGTH[row.grade], row.evidence_day or date.min, -row.id
