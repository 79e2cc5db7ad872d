"""Write the efforts, projects, goals and sprints of a document, a level at a time."""

from __future__ import annotations

from typing import Any

from orchflow.encoding import encode
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Level, Record
from orchflow.planning.exchange.three_way import Merged
from orchflow.store.batch import Batch
from orchflow.store.edits import Edit, Outcome

_LIFE = ("state", "started_at", "closed_at")
"""What a file may say of a sprint that is new here, but not of one that is stored."""


def apply_level(done: Application, level: Level) -> None:
    """Write the records of a level (not tasks); those it refers to are written already."""
    records = done.match(level)
    matched = [record for record in records if id(record) in done.matched]
    bases = done.bases(matched) if matched else {}
    edits: list[Edit] = []
    sent: list[tuple[Record, dict[str, Any], Merged | None]] = []
    for record in records:
        given = done.values.of(record, record.values)
        if given is None:
            done.refused(record)
            continue
        merged = None
        if id(record) in bases:
            if level is Level.SPRINT:
                _leave_life(done, record, given)
            merged = done.merge(record, given, bases[id(record)])
            row = done.stored(record)
            edits.append(Edit(row.id, row.version, merged.changes, str(id(record))))
        else:
            identity = {} if level is Level.SPRINT else done.identity(record)
            edits.append(Edit(None, None, {**given, **identity}, str(id(record))))
        sent.append((record, given, merged))
    outcomes = Batch(ENTITIES[level], done.actor, edits, also=_LIFE).write(done.session)
    for (record, given, merged), outcome in zip(sent, outcomes, strict=True):
        _tell(done, record, given, merged, outcome)


def _tell(
    done: Application, record: Record, given: dict[str, Any], merged: Merged | None, outcome: Outcome[Any]
) -> None:
    row = outcome.row
    if outcome.conflicts:
        done.late(record, outcome.conflicts)
        done.names.refuse(record)
    elif not outcome.stored or row is None:
        done.refuse(record, outcome.problems)
    else:
        number = getattr(row, "number", None)
        done.names.add(record, row.id, None if number is None else str(number))
        if record.level is Level.SPRINT:
            done.names.add_sprint(row.id, row.team_id, row.number, row.name)
        if merged is None:
            done.created(record, row.id, given)
        else:
            done.edited(record, merged, given)


def _leave_life(done: Application, record: Record, given: dict[str, Any]) -> None:
    """A stored sprint starts and closes by being started and closed, not by a file."""
    for column in _LIFE:
        if column in given:
            if encode(given[column]) != done.now(record, column):
                done.note(record, column, "changes by starting and closing the sprint; left out")
            del given[column]
