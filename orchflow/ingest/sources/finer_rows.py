"""What a file with fewer columns says of rows that older files tell apart by more of them: the newest delivery counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from orchflow.ingest.sources.file_reading import FileReading


@dataclass
class FinerRows:
    """The rows of older files by what a coarser file knows them by: each coarse id with the fine one.

    Where the coarser file tells as many rows of a kind, each is one of the finer ones, with new values. Where it tells fewer,
    it tells sums: the finer ones go, and its own stand.
    """

    names: dict[str, str] = field(default_factory=dict)

    def add(self, fine: FileReading, coarse: FileReading) -> None:
        """Note the rows of a file, read both ways."""
        for finer, coarser in zip(fine.rows(), coarse.rows(), strict=True):
            ids = (rows.sound.column("event_id").to_pylist() for rows in (coarser, finer))
            self.names.update(zip(*ids, strict=True))

    def split(self, coarse: FileReading) -> tuple[Mapping[str, str], list[str]]:
        """Which rows of the coarser file are which finer ones, and the finer ones that go."""
        told: Counter[str] = Counter()
        for rows in coarse.rows():
            told.update(map(_kind, rows.sound.column("event_id").to_pylist()))
        held = Counter(map(_kind, self.names))
        summed = {kind for kind, times in held.items() if 0 < told[kind] < times}
        known = {ours: theirs for ours, theirs in self.names.items() if told[_kind(ours)]}
        gone = [theirs for ours, theirs in known.items() if _kind(ours) in summed]
        return {ours: theirs for ours, theirs in known.items() if _kind(ours) not in summed}, gone


def _kind(row: str | None) -> str:
    """What alike rows of a file have in common in their ids."""
    return (row or "").rpartition("-")[0]
