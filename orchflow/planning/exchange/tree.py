"""Which task of a document stands under which: rings are found before anything is written."""

from __future__ import annotations

from typing import TypeAlias

from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Level, Record

Parents: TypeAlias = dict[int, Record | int | None]
"""id(record) → the new record or the stored task it stands under, of the records that say so."""


class NewPlace:
    """A record without a row yet, as a place in the tree."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NewPlace) and other.record is self.record

    def __hash__(self) -> int:
        return id(self.record)


Place: TypeAlias = int | NewPlace
"""A place in the tree: a stored task, or a record that is none yet."""


def refuse_knots(done: Application, records: list[Record], parents: Parents) -> list[Record]:
    """The records that stand under no ring; those on one are refused with its path."""
    by_row = {done.matched[id(record)]: record for record in records if id(record) in done.matched}
    finished: set[Place] = set()
    knotted: set[int] = set()
    for record in records:
        path: list[Place] = []
        at: Place | None = _node(done, record)
        while at is not None and at not in finished and at not in path:
            path.append(at)
            at = _above(done, at, by_row, parents)
        if at is not None and at in path:
            ring = path[path.index(at) :]
            way = " → ".join(_title(done, node, by_row) for node in [*ring, ring[0]])
            for node in ring:
                own = node.record if isinstance(node, NewPlace) else by_row.get(node)
                if own is not None and id(own) in parents:
                    done.document.refuse(own.row, "parent", f"would be under itself: {way}")
                    done.refused(own)
                    knotted.add(id(own))
        finished.update(path)
    return [record for record in records if id(record) not in knotted]


def steps_below(done: Application, records: list[Record], parents: Parents) -> list[Record]:
    """The records, each after those it will stand under, so that moving them never makes a ring in between."""
    by_row = {done.matched[id(record)]: record for record in records if id(record) in done.matched}
    depth: dict[Place, int] = {}

    def deep(node: Place) -> int:
        way: list[Place] = []
        at: Place | None = node
        while at is not None and at not in depth:
            way.append(at)
            at = _above(done, at, by_row, parents)
        level = -1 if at is None else depth[at]
        for step in reversed(way):
            level += 1
            depth[step] = level
        return depth[node]

    return sorted(records, key=lambda record: deep(_node(done, record)))


def _node(done: Application, record: Record) -> Place:
    row_id = done.matched.get(id(record))
    return NewPlace(record) if row_id is None else row_id


def _above(done: Application, node: Place, by_row: dict[int, Record], parents: Parents) -> Place | None:
    """What a place will be under: as the file says, else as it is."""
    record = node.record if isinstance(node, NewPlace) else by_row.get(node)
    if record is not None and id(record) in parents:
        parent = parents[id(record)]
        return NewPlace(parent) if isinstance(parent, Record) else parent
    stored = done.plan.by_level[Level.TASK].get(node) if isinstance(node, int) else None
    return stored.parent_id if stored is not None else None


def _title(done: Application, node: Place, by_row: dict[int, Record]) -> str:
    if isinstance(node, NewPlace):
        return node.record.name
    record = by_row.get(node)
    return record.name if record is not None else str(done.plan.by_level[Level.TASK][node].title)
