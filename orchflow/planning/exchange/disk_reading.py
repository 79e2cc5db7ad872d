"""From what stands in a folder to records of the plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orchflow.planning.exchange import predecessors
from orchflow.planning.exchange.disk_plan import DiskPlan, Found, Texts, base_key
from orchflow.planning.exchange.markdown import SHOWN, key_in
from orchflow.planning.exchange.records import OWN, Base, Document, ImportProblem, Level, Predecessor, Record
from orchflow.planning.tables import State
from orchflow.store.written import Refused


def document_of(disk: DiskPlan, mark: str, known: Collection[str], states: Mapping[str, State]) -> Document:
    """The blocks of a folder as records. `known` are the rows that the plan has, `states` what each status means."""
    document = Document("folder")
    agreed = disk.base if disk.workspace == mark else {}
    seen: set[str] = set()
    for found in disk.blocks:
        name, place = base_key(found.block.level, found.mark), disk.place(found)
        if name in seen:
            what = "the same id" if found.block.id else "the same name in the same place"
            document.refuse(place, "id", f"{what} is there twice")
            continue
        seen.add(name)
        base = agreed.get(name)
        texts = ticked(found, base, states)
        if base is not None and name not in known and texts == base:
            continue  # deleted in the plan, and nobody touched it here
        try:
            document.records.append(_record(found, place, texts, base, mark))
        except Refused as error:
            document.refuse(place, "depends_on", str(error))
    for name in agreed.keys() - seen:
        if name in known:
            note = f"{agreed[name].get('name', name)!r} is no longer here; it stays in the plan until deleted there"
            document.notes.append(ImportProblem(".", name.partition(" ")[0], note))
    return document


def ticked(found: Found, base: Texts | None, states: Mapping[str, State]) -> Texts:
    """What a block says, a box that was ticked or cleared since both sides agreed counting as its status."""
    texts = found.texts
    if found.block.level is not Level.TASK:
        return texts
    status = texts.get("status")
    if status is None:
        texts["status"] = State.DONE.value if found.block.checked else State.BACKLOG.value
    elif base is not None and status == base.get("status"):
        done = states.get(status) is State.DONE
        if found.block.checked != done:
            texts["status"] = State.DONE.value if found.block.checked else State.IN_PROGRESS.value
    return texts


def _record(found: Found, place: str, texts: Texts, base: Texts | None, mark: str) -> Record:
    level = found.block.level
    numbered = level in (Level.EFFORT, Level.PROJECT) and found.block.id is None
    source, key = (OWN, None) if numbered else key_in(found.mark)
    record = Record(level, place, _values(found, texts), key, source)
    base_predecessors: list[Predecessor] = []
    if level is Level.TASK:
        record.depends_on = predecessors.parse_cell(texts.get("depends_on", ""))
        base_predecessors = _quietly(base)
    if found.block.id is not None:
        values = _values(found, base) if base is not None else {}
        record.base = Base(mark, "folder", None, tuple(base_predecessors), values)
    return record


def _quietly(base: Texts | None) -> list[Predecessor]:
    try:
        return predecessors.parse_cell((base or {}).get("depends_on", ""))
    except Refused:
        return []


def _values(found: Found, texts: Texts) -> dict[str, Any]:
    level = found.block.level
    names = ["name", "description", *SHOWN[level]]
    if level is Level.PROJECT:
        names.append("effort")
    if level in (Level.GOAL, Level.TASK):
        names.append("project")
    values: dict[str, Any] = {name: texts.get(name) for name in names if name != "depends_on"}
    if level is Level.EFFORT:
        values["number"] = found.effort
    if level is Level.PROJECT:
        values["number"] = found.project
    if level is Level.TASK:
        parent = texts.get("parent")
        values["parent"] = ":".join(key_in(parent)) if parent else None
    return values
